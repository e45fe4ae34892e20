using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Sallyport.Flow.Origins;

namespace Sallyport.Flow.Tests;

// The rate of false trust on real posts, each sent as a compressed JSON body. Values are drawn from texts of strangers.
public sealed class RealTextTests
{
    [Fact]
    public void No_value_of_an_untrusted_text_is_called_trusted_or_brief()
    {
        var (index, untrusted, trusted) = Read();
        var (values, wrong, missed) = (0, 0, 0);
        foreach (var value in untrusted.SelectMany(Values).Distinct(StringComparer.Ordinal))
        {
            var trace = index.Trace(value);
            values++;
            wrong += trace.Standing >= Standing.Composed ? 1 : 0;
            if (!trace.Whole.HasFlag(TextOrigins.Untrusted))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"not found: {trace.Shape}, {Uri.EscapeDataString(value)}");
            }

            missed += trace.Whole.HasFlag(TextOrigins.Untrusted) || !value.Any(char.IsLetterOrDigit) ? 0 : 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"COUNT origins untrusted: {values} values of {untrusted.Count} texts, "
            + $"{wrong} called trusted, {missed} not found");
        Assert.True(values > 0);
        Assert.Equal(0, wrong);
        Assert.Equal(0, missed);
        Assert.NotEmpty(trusted);
    }

    [Fact]
    public void Every_value_of_a_trusted_text_that_no_stranger_says_is_called_trusted()
    {
        var (index, _, trusted) = Read();
        var (values, both, lost) = (0, 0, 0);
        foreach (var value in trusted.SelectMany(Values).Distinct(StringComparer.Ordinal))
        {
            var trace = index.Trace(value);
            values++;
            both += trace.Whole.HasFlag(TextOrigins.Untrusted) ? 1 : 0;
            lost += trace.Standing != Standing.Trusted && !trace.Whole.HasFlag(TextOrigins.Untrusted) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"COUNT origins trusted: {values} values of {trusted.Count} texts, "
            + $"{both} said by strangers too, {lost} not called trusted");
        Assert.True(values > both);
        Assert.Equal(0, lost);
    }

    // Every tenth text plays the trusted source.
    private static (TextIndex Index, List<string> Untrusted, List<string> Trusted) Read()
    {
        var texts = Texts().ToList();
        var index = new TextIndex(
            new TextIndexLimits { UntrustedBytesMax = 1 << 28, TrustedBytesMax = 1 << 28, WorkMax = 1 << 26 }, seed: 1);
        var (untrusted, trusted) = (new List<string>(), new List<string>());
        for (var number = 0; number < texts.Count; number++)
        {
            var trust = number % 10 == 0 ? TextTrust.Trusted : TextTrust.Untrusted;
            (trust == TextTrust.Trusted ? trusted : untrusted).Add(texts[number]);
            using var intake = new ResponseIntake(
                index, trust, number, ContentHead.Of("application/json", "gzip"), IntakeLimits.Default);
            foreach (var chunk in Gzipped(JsonSerializer.Serialize(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["content"] = texts[number] })).Chunk(1000))
            {
                intake.Take(chunk);
            }
        }

        Assert.False(index.Exposure.Opaque);
        return (index, untrusted, trusted);
    }

    // Words that carry something: with a digit, an at-sign or a slash, of a length that is no accident;
    // and one sentence.
    private static IEnumerable<string> Values(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Trim('.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '"', '\'', '*', '`', '“', '”',
                '#', '-', '_', '~', '…', '—'))
            .Where(word => word.Length is >= 6 and < 200 && word.All(char.IsAscii)
                && word.Any(char.IsAsciiLetterOrDigit))
            .Where(word => word.Any(char.IsAsciiDigit) || word.Contains('@', StringComparison.Ordinal)
                || word.Contains('/', StringComparison.Ordinal))
            .Take(20);
        var sentence = text.Split('.', '\n').FirstOrDefault(part =>
            part.Length is > 40 and < 300 && part.Count(letter => letter == ' ') > 6);
        return sentence is null ? words : words.Append(sentence.Trim());
    }

    private static byte[] Gzipped(string text)
    {
        var target = new MemoryStream();
        using (var stream = new GZipStream(target, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }

    private static IEnumerable<string> Texts()
    {
        var folder = Path.Combine(Folder() ?? "", "moltbook");
        Assert.SkipUnless(Directory.Exists(folder),
            "moltbook/ is not there [needs shared data]: set SALLYPORT_DATA to the folder that holds it.");
        foreach (var file in Directory.GetFiles(folder, "*.jsonl.gz").Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
            {
                // Some of the data holds Infinity, which is no JSON.
                using var parsed = JsonDocument.Parse(line.Replace("Infinity", "0", StringComparison.Ordinal)
                    .Replace("NaN", "0", StringComparison.Ordinal));
                if (parsed.RootElement.TryGetProperty("content", out var content)
                    && content.GetString() is { Length: > 0 } text)
                {
                    yield return text;
                }
            }
        }
    }

    private static string? Folder()
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

        return folder is null ? null : Path.Combine(folder.FullName, "..", "shared", "data");
    }
}
