using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Ledger;

namespace Sallyport.Freeze;

/// <summary>The freeze state on disk: one small JSON file, replaced whole and synced, folder entry included.</summary>
internal sealed class FreezeFile(string path, IDisk disk)
{
    /// <summary>Reads the state. A file that is not there is a first start; one that cannot be read is a fault, and frozen.</summary>
    public (FreezeState? State, Fault? Fault) Read()
    {
        try
        {
            if (!File.Exists(path))
            {
                return (FreezeState.Clear, null);
            }

            var document = JsonSerializer.Deserialize(File.ReadAllBytes(path), FreezeJson.Default.FreezeDocument);
            return document?.TryToState(out var state) == true
                ? (state, null)
                : (null, Unreadable("it is not a freeze state"));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or JsonException)
        {
            return (null, Unreadable(failed.Message));
        }
    }

    /// <summary>Replaces the state. If this returns a fault, the file may hold either state, never a mixture.</summary>
    public Fault? Write(FreezeState state)
    {
        var next = path + ".next";
        try
        {
            using (var file = new FileStream(next, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                JsonSerializer.Serialize(file, FreezeDocument.From(state), FreezeJson.Default.FreezeDocument);
                file.Flush(flushToDisk: true);
            }

            // If it crashes here the old state stands: a freeze that was not acknowledged, or a thaw that did not happen.
            File.Move(next, path, overwrite: true);
            disk.SyncFolder(Path.GetDirectoryName(path)!); // A full path has a folder.
            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return new Fault("freeze.not-stored", $"The freeze state could not be written to {path}: {failed.Message}", "Free the disk or mend the folder's mode; the freeze is in force in memory until then.");
        }
    }

    private Fault Unreadable(string why) => new("freeze.unreadable", $"The freeze state {path} cannot be read: {why}", "Everything is frozen. Look at the file, then: sallyport thaw --all");
}

internal sealed record FreezeDocument(int Version, long Epoch, IReadOnlyList<FreezeDocument.Item?> Active)
{
    public static FreezeDocument From(FreezeState state) => new(1, state.Epoch,
        [.. state.Active.Select(freeze => new Item(freeze.Id, freeze.Scope.ToString()!, freeze.Reason, freeze.Author, freeze.At))]);

    public bool TryToState(out FreezeState state)
    {
        state = FreezeState.Clear;
        var active = ImmutableArray.CreateBuilder<ActiveFreeze>();
        foreach (var item in Active)
        {
            // Strict reading refuses null members, but not null elements.
            if (item is null || !FreezeScope.TryParse(item.Scope, out var scope))
            {
                return false;
            }

            active.Add(new ActiveFreeze(item.Id, scope, item.Reason, item.Author, item.At));
        }

        state = new FreezeState(Epoch, active.ToImmutable());
        return Version == 1 && Epoch >= 0;
    }

    internal sealed record Item(string Id, string Scope, string Reason, string Author, DateTimeOffset At);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FreezeDocument))]
internal sealed partial class FreezeJson : JsonSerializerContext;
