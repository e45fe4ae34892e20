using Microsoft.Extensions.Logging;

namespace Sallyport.Perimeter;

/// <summary>Whether the perimeter folder still holds what is in force.</summary>
/// <param name="Hash">Hash of what it holds; null when that has mistakes.</param>
/// <param name="Mistakes">How many mistakes it has.</param>
/// <param name="IsDrift">Whether it is something else than what is in force.</param>
public sealed record FolderDrift(string? Hash, int Mistakes, bool IsDrift);

/// <summary>Looks at the perimeter folder, and reads it again only when a file of it was touched.</summary>
internal sealed class FolderWatch(string folder, ILogger log)
{
    /// <summary>How often the node looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private string? stamps;
    private FolderDrift last = new(null, 0, IsDrift: false);
    private string? told;
    private IReadOnlyList<string> names = [PerimeterFolder.FileName];

    /// <summary>Reads the folder now, whatever is remembered.</summary>
    public LoadedPerimeter Read()
    {
        lock (gate)
        {
            return ReadAgain();
        }
    }

    /// <summary>Compares it with what is in force. A difference is logged once.</summary>
    public FolderDrift Look(string inForce)
    {
        lock (gate)
        {
            if (last.Hash is null || stamps != Stamps())
            {
                ReadAgain();
            }

            last = last with { IsDrift = last.Hash != inForce };
            var tell = last.IsDrift ? $"{last.Hash}/{stamps}/{inForce}" : null;
            if (tell is not null && tell != told)
            {
                InForceLog.Drifted(log, folder, inForce[..12]);
            }

            told = tell;
            return last;
        }
    }

    private LoadedPerimeter ReadAgain()
    {
        var loaded = PerimeterFolder.Load(folder);
        if (loaded.Files is { } files)
        {
            names =
            [
                .. files.Names.Where(name => name.StartsWith(SnapshotFiles.FilesPrefix, StringComparison.Ordinal))
                    .Select(name => name[SnapshotFiles.FilesPrefix.Length..]),
            ];
        }

        stamps = Stamps();
        last = new FolderDrift(loaded.Files?.Hash, loaded.Mistakes.Length, last.IsDrift);
        return loaded;
    }

    // A file that is named anew is named by one that was touched. Where there are mistakes any file may mend them.
    private string Stamps() => string.Join('\n', names.Select(name =>
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return file.Exists
            ? $"{name} {file.Length} {file.LastWriteTimeUtc.Ticks}"
            : $"{name} is not there";
    }));
}
