using System.IO.Compression;
using System.Text.Json;

namespace Sallyport.Bench.Origins;

/// <summary>Texts that strangers wrote: every long string of the JSON lines in the data's folders. Hostile, and only
/// ever data.</summary>
internal static class RealTexts
{
    private const int LengthMin = 40;
    private static readonly string[] Folders = ["moltbook", "injection"];

    /// <summary>The files, by what SALLYPORT_DATA or the checkout says; none where there is no data.</summary>
    public static IReadOnlyList<string> Files() => Root() is not { } root ? [] :
    [
        .. Folders.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.jsonl.gz").Order(StringComparer.Ordinal)),
    ];

    /// <summary>The texts of a file, each once.</summary>
    public static IEnumerable<string> Of(string file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            // Some of the data holds Infinity, which is no JSON.
            using var parsed = JsonDocument.Parse(line.Replace("Infinity", "0", StringComparison.Ordinal)
                .Replace("NaN", "0", StringComparison.Ordinal));
            foreach (var text in Strings(parsed.RootElement).Where(text => text.Length >= LengthMin && seen.Add(text)))
            {
                yield return text;
            }
        }
    }

    private static IEnumerable<string> Strings(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!], // a string
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Strings(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Strings),
        _ => [],
    };

    private static string? Root()
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
        {
            folder = folder.Parent;
        }

        return folder is null ? null : Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data"));
    }
}
