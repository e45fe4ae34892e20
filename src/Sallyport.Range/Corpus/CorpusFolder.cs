using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using Sallyport.Range.Network;
using Sallyport.Range.Verbs;

namespace Sallyport.Range.Corpus;

/// <summary>A network and what loading it found.</summary>
internal sealed record LoadedCorpus(NetworkSnapshot Network, LoadReport Report, string Origin);

/// <summary>
/// Reads every `moltbook/*.jsonl` and `*.jsonl.gz` under a folder. No line is fatal; a folder without any is.
/// </summary>
internal static class CorpusFolder
{
    /// <summary>A longer line is counted as bad and skipped; the longest real one is about 20 KB.</summary>
    public const int LineBytesMax = 1024 * 1024;

    /// <exception cref="FaultException">The folder is missing or holds no file that could be read.</exception>
    public static async Task<LoadedCorpus> LoadAsync(string folder, CancellationToken cancellation)
    {
        var files = FilesUnder(folder);
        var report = new LoadReport();
        var builder = new CorpusBuilder(report);
        foreach (var file in files)
        {
            report.AddFile();
            await ReadFileAsync(file, builder, report, cancellation);
        }

        return new LoadedCorpus(builder.Build(), report, folder);
    }

    private static string[] FilesUnder(string folder)
    {
        var posts = Path.Combine(folder, "moltbook");
        if (!Directory.Exists(posts))
        {
            throw new FaultException(new Fault(
                "range.data.missing",
                $"The data folder '{posts}' does not exist.",
                "Give --data a folder that holds moltbook/*.jsonl(.gz), or leave --data out to use the samples."));
        }

        // Sorted by name: the order of files decides which of two equal ids is the duplicate.
        string[] files =
        [
            .. Directory.EnumerateFiles(posts)
                .Where(static file => file.EndsWith(".jsonl", StringComparison.Ordinal)
                    || file.EndsWith(".jsonl.gz", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0
            ? files
            : throw new FaultException(new Fault(
                "range.data.empty",
                $"The data folder '{posts}' holds no .jsonl or .jsonl.gz file.",
                "Put at least one there, or leave --data out to use the samples."));
    }

    private static async Task ReadFileAsync(
        string path, CorpusBuilder builder, LoadReport report, CancellationToken cancellation)
    {
        var name = Path.GetFileName(path);
        long line = 0;
        try
        {
            await using var file = File.OpenRead(path);
            await using Stream text = path.EndsWith(".gz", StringComparison.Ordinal)
                ? new GZipStream(file, CompressionMode.Decompress)
                : file;
            await foreach (var bytes in LinesAsync(text, cancellation))
            {
                line++;
                if (Take(bytes, builder) is { } why)
                {
                    report.AddBad(new BadLine(name, line, why));
                }
            }
        }
        catch (Exception exception) when (
            exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // A damaged archive or an unreadable file costs the rest of that file, no more.
            report.AddBad(
                new BadLine(name, line + 1, $"the file cannot be read any further ({exception.GetType().Name})"));
        }
    }

    private static string? Take(ReadOnlySequence<byte>? line, CorpusBuilder builder)
    {
        if (line is not { } bytes)
        {
            return $"longer than {LineBytesMax} bytes";
        }

        if (bytes.IsEmpty)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes);
            var record = JsonSerializer.Deserialize(ref reader, CorpusJson.Default.RecordLine);
            return record is null ? "null is not a record" : builder.Add(record);
        }
        catch (JsonException exception)
        {
            // The path says which member; the message would quote the text.
            return $"not a record (JSON, at {exception.Path ?? "$"})";
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a string that is not UTF-8 or holds half a surrogate pair.
            return "a string that is not valid Unicode";
        }
    }

    /// <summary>The lines without their ends; null for one that is too long.</summary>
    private static async IAsyncEnumerable<ReadOnlySequence<byte>?> LinesAsync(
        Stream text, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var reader = PipeReader.Create(text, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var skipping = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                yield return skipping || line.Length > LineBytesMax ? null : WithoutReturn(line);
                skipping = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (skipping || !buffer.IsEmpty)
                {
                    yield return skipping || buffer.Length > LineBytesMax ? null : WithoutReturn(buffer);
                }

                break;
            }

            if (buffer.Length > LineBytesMax)
            {
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    private static ReadOnlySequence<byte> WithoutReturn(ReadOnlySequence<byte> line) =>
        !line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r' ? line.Slice(0, line.Length - 1) : line;
}
