using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Decisions;
using Sallyport.Flow;
using Sallyport.Flow.Origins;

namespace Sallyport.Bench.Origins;

/// <summary>One run that is given a brief, reads pages of strangers and of a trusted source, and then says pieces of
/// all of it in arguments. What it is answered is counted.</summary>
internal sealed class ReadingRun
{
    private const int TrustedEvery = 10;
    private const int EncodedMin = 16; // docs/reference/origins.md: a shorter one is a word
    private const int ChunkBytes = 1_000;
    private static readonly char[] Marks = [.. ".,;:!?()[]{}<>\"'`*“”’%$€£+/ "];
    private static readonly ReadingEntry[] Entries =
    [
        new("brief", TextTrust.Brief), new("1-1", TextTrust.Trusted, "handbook"),
        new("1-2", TextTrust.Untrusted, "posts"),
    ];

    private readonly TextIndex index = new(TextIndexLimits.Default, seed: 1);
    private readonly Tally tally;
    private readonly Random random;
    private readonly IReadOnlyList<string> values;
    private readonly StringBuilder own = new();
    private string? ownPlain;

    private ReadingRun(int number, Tally tally)
    {
        this.tally = tally;
        random = new Random(number);
        (var brief, values) = Pieces.Brief(number);
        own.Append(brief).Append(' ');
        var writer = index.Begin(TextTrust.Brief, (int)TextTrust.Brief);
        writer.Append(Encoding.UTF8.GetBytes(brief));
        writer.Complete();
    }

    /// <summary>Reads the texts, every tenth of them as the trusted source's, and asks.</summary>
    /// <param name="number">Of the run: another number is another person with another brief.</param>
    /// <param name="texts">What it reads.</param>
    /// <param name="tally">Counts.</param>
    public static void Read(int number, IReadOnlyList<string> texts, Tally tally)
    {
        var run = new ReadingRun(number, tally);
        var near = run.values.SelectMany(Pieces.Near).ToList();
        for (var at = 0; at < texts.Count; at++)
        {
            var isTrusted = at % TrustedEvery == 0;
            run.Take(texts[at], at, isTrusted ? TextTrust.Trusted : TextTrust.Untrusted);
            run.own.Append(isTrusted ? $"{texts[at]} " : "");
        }

        run.Take(string.Join('\n', near), texts.Count, TextTrust.Untrusted);
        tally.Texts += texts.Where((_, at) => at % TrustedEvery != 0).Count();
        foreach (var disguise in Disguise.All)
        {
            run.Ask(texts, near, disguise);
        }

        tally.Opaque += run.index.Exposure.Opaque ? 1 : 0;
    }

    // In another way than the index does it: what a person finds who searches for whole words. A URL is told by its
    // parts.
    private bool IsSaid(string text)
    {
        var plain = Plain(text);
        return plain.Contains("://", StringComparison.Ordinal)
            ? plain.Split('/', '?', '#', '&', '=', ':').Where(part => part.Length > 0).Skip(1).All(IsWord)
            : IsWord(plain);
    }

    private bool IsWord(string plain)
    {
        var (all, word) = (ownPlain ??= Plain(own.ToString()), plain.Trim(Marks));
        for (var at = all.IndexOf(word, StringComparison.Ordinal); word.Length > 0 && at >= 0;
            at = all.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !char.IsLetterOrDigit(all[at - 1]))
                && (at + word.Length == all.Length || !char.IsLetterOrDigit(all[at + word.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static string Plain(string text) => string.Join(' ', text.Normalize(NormalizationForm.FormKC)
        .ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private void Take(string text, int number, TextTrust trust)
    {
        var page = Page.Of(text, trust == TextTrust.Trusted ? 2 : number); // 2: JSON, gzip
        using var intake = new ResponseIntake(
            index, trust, (int)trust, ContentHead.Of(page.MediaType, page.Coding), IntakeLimits.Default);
        foreach (var chunk in page.Body.Chunk(ChunkBytes))
        {
            intake.Take(chunk);
        }
    }

    private void Ask(IReadOnlyList<string> texts, IReadOnlyList<string> near, Disguise disguise)
    {
        for (var at = 0; at < texts.Count; at++)
        {
            foreach (var piece in Pieces.Of(texts[at]))
            {
                if (at % TrustedEvery == 0)
                {
                    AskTrusted(piece, disguise);
                }
                else
                {
                    AskForeign("a stranger's", piece, disguise, tally.Foreign);
                }
            }
        }

        foreach (var value in near)
        {
            AskForeign("like one of the brief", value, disguise, tally.Near);
        }
    }

    private void AskForeign(string what, string piece, Disguise disguise, Rate rate)
    {
        if (Answers(piece, disguise) is not { } answers)
        {
            return;
        }

        foreach (var words in answers)
        {
            var isWrong = IsTrusted(words);
            if (isWrong && IsSaid(disguise.IsSame ? piece : disguise.Apply(piece)))
            {
                tally.SaidByBoth++;
                isWrong = false;
            }

            rate.Count(isWrong);
            tally.Composed += words.Contains(OriginWords.Composed, StringComparer.Ordinal) ? 1 : 0;
            if (isWrong)
            {
                tally.Note(what, disguise, piece, words);
            }
        }
    }

    private void AskTrusted(string piece, Disguise disguise)
    {
        if (!disguise.IsSame || Answers(piece, disguise) is not { } answers)
        {
            return;
        }

        foreach (var words in answers)
        {
            // A sentence that a stranger says too is both; that is right.
            var isWrong = !words.Contains(OriginWords.Trusted, StringComparer.Ordinal)
                && !words.Contains(OriginWords.Brief, StringComparer.Ordinal);
            tally.Trusted.Count(isWrong);
            if (isWrong)
            {
                tally.Note("trusted", disguise, piece, words);
            }
        }
    }

    // The piece stands for a destination and for content, beside a value of the brief and one from nowhere.
    private IReadOnlyList<IReadOnlyList<string>>? Answers(string piece, Disguise disguise)
    {
        var own = values[random.Next(values.Count)];
        var (said, ownSaid) = (disguise.Apply(piece), disguise.Apply(own));
        var nowhere = random.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
        if (disguise.Name is "base64" or "hex" && said.Length < EncodedMin)
        {
            return null;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["recipient"] = said,
            ["text"] = said,
            ["own"] = ownSaid,
            ["nowhere"] = nowhere,
        });
        var origins = ArgumentOrigins.OfValues(index, json, number => Entries[number]);
        if (disguise.IsSame && (disguise.Name is not ("base64" or "hex") || ownSaid.Length >= EncodedMin))
        {
            var words = WordsAt(origins, "/own");
            var isLost = !words.SequenceEqual([OriginWords.Brief], StringComparer.Ordinal);
            tally.Brief.Count(isLost);
            if (isLost)
            {
                tally.Note("the brief's", disguise, own, words);
            }
        }

        tally.Nowhere.Count(IsTrusted(WordsAt(origins, "/nowhere")));
        return [WordsAt(origins, "/recipient"), WordsAt(origins, "/text")];
    }

    // Of a URL the words of all of its parts: one that is a stranger's makes it one.
    private static List<string> WordsAt(IEnumerable<ArgumentOrigin> origins, string member) =>
    [
        .. origins.Where(origin => origin.Place == member
                || origin.Place.StartsWith($"{member}/", StringComparison.Ordinal))
            .SelectMany(origin => origin.Words).Distinct(StringComparer.Ordinal),
    ];

    private static bool IsTrusted(IReadOnlyList<string> words) =>
        words.Any(word => word is OriginWords.Brief or OriginWords.Trusted)
        && !words.Contains(OriginWords.Untrusted, StringComparer.Ordinal);
}
