using System.Text.Json;
using System.Text.RegularExpressions;
using Sallyport.Range.Corpus;

namespace Sallyport.Range.Samples;

/// <summary>
/// The network that ships with the range, for machines without real data: ordinary chatter made from templates,
/// replies, and attacks in our own words. The same build always makes the same network.
/// </summary>
internal static partial class SampleCorpus
{
    // Every template is used this often. No list of words may be shorter, or a text would come twice.
    private const int Variations = 12;

    // One post in so many gets replies.
    private const int QuietPosts = 5;

    public static LoadedCorpus Load()
    {
        var report = new LoadReport();
        var builder = new CorpusBuilder(report);
        var words = JsonSerializer.Deserialize(Read("words.json"), SampleJson.Default.DictionaryStringStringArray)
            ?? throw new InvalidOperationException("words.json holds null.");
        var replies = Records("replies.jsonl");
        var attacks = Records("attacks.jsonl");
        foreach (var record in Chatter(Records("chatter.jsonl"), replies, words).Concat(Placed(attacks)))
        {
            // Ours to write, so a record that is refused is a bug.
            if (builder.Add(record) is { } why)
            {
                throw new InvalidOperationException($"A sample cannot be used: {why}.");
            }
        }

        return new LoadedCorpus(builder.Build(), report, "samples");
    }

    private static IEnumerable<RecordLine> Chatter(
        RecordLine[] templates, RecordLine[] replies, Dictionary<string, string[]> words)
    {
        for (var template = 0; template < templates.Length; template++)
        {
            for (var variation = 0; variation < Variations; variation++)
            {
                var post = Filled(templates[template], template, variation, words) with
                {
                    Kind = "post",
                    Id = StableValues.Id("sample", $"{template}", $"{variation}").ToString("D"),
                };
                yield return post;
                if (StableValues.Number(QuietPosts, "quiet", post.Id) == 0)
                {
                    foreach (var reply in Replies(post, replies, words))
                    {
                        yield return reply;
                    }
                }
            }
        }
    }

    /// <summary>Two comments and an answer to the first, so that trees have a depth.</summary>
    private static IEnumerable<RecordLine> Replies(
        RecordLine post, RecordLine[] replies, Dictionary<string, string[]> words)
    {
        string? parent = null;
        for (var index = 0; index < 3; index++)
        {
            var seed = StableValues.Number(10_000, "reply", post.Id ?? "", $"{index}");
            var id = StableValues.Id("sample-reply", post.Id ?? "", $"{index}").ToString("D");
            yield return Filled(replies[seed % replies.Length], seed, seed, words) with
            {
                Kind = "comment",
                Id = id,
                PostId = post.Id,
                ParentId = index == 2 ? parent : null,
            };
            parent ??= id;
        }
    }

    private static RecordLine Filled(RecordLine record, int template, int variation, Dictionary<string, string[]> words)
    {
        var authors = words["author"];

        string Fill(string text) => Slot().Replace(text, match => Word(match.Groups["list"].Value));

        // Each list is walked from a place of its own, one step per variation: no text of a template comes twice.
        string Word(string list)
        {
            var all = words[list];
            return all[(variation + StableValues.Number(all.Length, list, $"{template}")) % all.Length];
        }

        return record with
        {
            Source = "sallyport samples",
            Author = authors[StableValues.Number(authors.Length, "author", $"{template}", $"{variation}")],
            Title = record.Title is null ? null : Fill(record.Title),
            Content = Fill(record.Content ?? ""),
        };
    }

    /// <summary>A comment names its post by title; the loader wants an id.</summary>
    private static IEnumerable<RecordLine> Placed(RecordLine[] attacks)
    {
        var ids = attacks.Where(static record => record.Kind == "post")
            .Select(static record => record.Title ?? "")
            .ToDictionary(static title => title, static title => StableValues.Id("sample-attack", title).ToString("D"));
        return attacks.Select(record => record.Kind == "post"
            ? record with { Source = "sallyport samples", Id = ids[record.Title ?? ""] }
            : record with { Source = "sallyport samples", PostId = ids[record.SourcePost ?? ""] });
    }

    private static RecordLine[] Records(string file) =>
    [
        .. Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            JsonSerializer.Deserialize(line, CorpusJson.Default.RecordLine)
                ?? throw new InvalidOperationException($"{file} holds null.")),
    ];

    private static string Read(string file)
    {
        using var stream = typeof(SampleCorpus).Assembly.GetManifestResourceStream($"Samples/{file}")
            ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{(?<list>\w+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Slot();
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class SampleJson : System.Text.Json.Serialization.JsonSerializerContext;
