using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>The query of <c>GET /log</c>; every part is optional.</summary>
/// <remarks><c>Before</c> and <c>After</c> are entries that a page ends or begins beside: the next page towards the
/// past, or towards now (then the oldest entries come first). <c>Digest</c> may be the beginning of one, <c>Text</c> is
/// words.</remarks>
internal sealed record LogQuery(
    string? Agent, string? Run, string? Host, string? Verdict, string? Kind, string? Label, string? Since, int? Limit,
    bool? Follow, string? Until = null, string? Digest = null, string? Text = null, string? Before = null,
    string? After = null)
{
    private const int HostMax = 253; // RFC 1035, 2.3.4

    /// <summary>What the value of a filter has to be; null when it is that.</summary>
    /// <param name="name">The filter, as the query names it.</param>
    /// <param name="value">What was given.</param>
    /// <param name="now">A span is counted back from here.</param>
    public static string? FormOf(string name, string value, DateTimeOffset now) => name switch
    {
        "agent" => AgentId.TryParse(value, out _) ? null : $"a name of {Name.Form}",
        "run" => RunId.TryParse(value, out _) ? null : "26 characters, as sallyport runs prints them",
        "label" => Flow.Label.TryParse(value, out _) ? null : $"a word of {Name.Form}",
        "host" => value.Length is >= 1 and <= HostMax && value.All(c => c is > ' ' and <= '~') ? null
            : $"the name or address of a host, {HostMax} characters at most",
        "verdict" => value is "allow" or "deny" or EntryFacets.Held ? null : "allow, deny or held",
        "kind" => EntryKind.All.Contains(value, StringComparer.Ordinal) ? null
            : $"one of {string.Join(", ", EntryKind.All)}",
        "since" or "until" => TrySince(value, now, out _) ? null
            : "a time (2026-01-31T12:00:00Z) or a span (15m, 2h, 7d)",
        "digest" => DigestPrefix.TryParse(value, out _) ? null : DigestPrefix.Form,
        "text" => SearchWords.TryParse(value, out _) ? null : SearchWords.Form,
        "before" or "after" => EntryId.TryParse(value, out _) ? null : "the id of an entry (1-42)",
        _ => null,
    };

    /// <summary>The filter that the query means.</summary>
    public bool TryParse(DateTimeOffset now, out LedgerFilter filter, [NotNullWhen(false)] out Fault? fault)
    {
        filter = LedgerFilter.Any;
        foreach (var (name, value) in ((string, string?)[])
        [
            ("agent", Agent), ("run", Run), ("host", Host), ("label", Label), ("verdict", Verdict), ("kind", Kind),
            ("since", Since), ("until", Until), ("digest", Digest), ("text", Text), ("before", Before),
            ("after", After),
        ])
        {
            if (value is not null && FormOf(name, value, now) is { } form)
            {
                fault = Bad(name, form);
                return false;
            }
        }

        if (Limit is < 1 or > LedgerFilter.LimitMax)
        {
            fault = BadLimit;
            return false;
        }

        _ = AgentId.TryParse(Agent ?? "", out var agent);
        _ = RunId.TryParse(Run ?? "", out var run);
        _ = Flow.Label.TryParse(Label ?? "", out var label);
        _ = TrySince(Since ?? "", now, out var since);
        _ = TrySince(Until ?? "", now, out var until);
        if (Reversed(since, until) is { } reversed)
        {
            fault = reversed;
            return false;
        }

        _ = DigestPrefix.TryParse(Digest, out var digest);
        _ = SearchWords.TryParse(Text, out var words);
        filter = new LedgerFilter
        {
            Agent = agent,
            Run = run,
            Host = Host?.ToLowerInvariant(),
            Verdict = Verdict,
            Kind = Kind,
            Label = label,
            Digest = digest,
            Words = words,
            Since = since,
            Until = until,
            Before = EntryId.TryParse(Before, out var end) ? end.Position : null,
            After = EntryId.TryParse(After, out var start) ? start.Position : null,
            Order = After is not null && Before is null ? LedgerOrder.OldestFirst : LedgerOrder.NewestFirst,
            Limit = Limit ?? LedgerFilter.LimitDefault,
        };
        fault = null;
        return true;
    }

    // An empty answer would look like "nothing happened", and one that follows would never end.
    private Fault? Reversed(DateTimeOffset? since, DateTimeOffset? until) =>
        since > until
            ? new Fault(
                "api.query", "The filters 'since' and 'until' leave no time: until lies before since.",
                "Name the earlier time as since.")
        : EntryId.TryParse(After, out var first) && EntryId.TryParse(Before, out var last)
            && first.Position >= last.Position
            ? new Fault(
                "api.query", "The filters 'after' and 'before' leave no entry: before is not behind after.",
                "Name the earlier entry as after.")
        : Follow is true && (Until is not null || Before is not null)
            ? new Fault(
                "api.query", $"What follows the log never ends at '{(Until is not null ? "until" : "before")}'.",
                "Follow, or name an end: not both.")
        : null;

    /// <summary>What is said of a limit out of its bounds.</summary>
    internal static Fault BadLimit { get; } = Bad("limit", $"1 to {LedgerFilter.LimitMax}");

    /// <summary>A time, or a span before now.</summary>
    internal static bool TrySince(string text, DateTimeOffset now, out DateTimeOffset? since)
    {
        since = null;
        var number = text.AsSpan(0, Math.Max(0, text.Length - 1));
        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            TimeSpan? unit = text[^1] switch
            {
                's' => TimeSpan.FromSeconds(1),
                'm' => TimeSpan.FromMinutes(1),
                'h' => TimeSpan.FromHours(1),
                'd' => TimeSpan.FromDays(1),
                _ => null,
            };

            // No calendar goes further back than its first year.
            since = unit is { } one && count <= (now - DateTimeOffset.MinValue) / one ? now - (one * count) : null;
        }
        else if (DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            since = at;
        }

        return since is not null;
    }

    private static Fault Bad(string name, string form) =>
        new("api.query", $"The filter '{name}' does not parse.", $"It is {form}.");
}
