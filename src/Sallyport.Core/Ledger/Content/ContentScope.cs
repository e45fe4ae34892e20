using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>What a legal hold covers: the bodies that fit all that it names, now and later.</summary>
public sealed record ContentScope
{
    /// <summary>What it is, for people.</summary>
    public const string Form = "digest:SHA256, run:ID, agent:NAME and since:TIME, one of them or more";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>One body: its SHA-256, lower-case hex.</summary>
    public string? Digest { get; init; }

    /// <summary>What this run sent and got.</summary>
    public RunId? Run { get; init; }

    /// <summary>What runs of this agent sent and got.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>What was sent and got from this second on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether it is one body, whoever sent or got it.</summary>
    public bool IsOneBody => Digest is not null && Run is null && Agent is null && Since is null;

    /// <summary>Parses the form that <see cref="ToString"/> prints: words divided by spaces, in this order.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ContentScope? scope)
    {
        var read = new ContentScope();
        foreach (var word in (text ?? "").Split(' '))
        {
            var (name, value) = word.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
                ? (word[..colon], word[(colon + 1)..]) : (word, "");
            read = name switch
            {
                "digest" when IsWhole(value) => read with { Digest = value },
                "run" when RunId.TryParse(value, out var run) => read with { Run = run },
                "agent" when AgentId.TryParse(value, out var agent) => read with { Agent = agent },
                "since" when DateTimeOffset.TryParseExact(
                    value, TimeForm, CultureInfo.InvariantCulture, Utc, out var since) => read with { Since = since },
                _ => new ContentScope(),
            };
        }

        // One text for one scope: what is out of order or said twice is another text.
        scope = read.ToString() is { Length: > 0 } form && form == text ? read : null;
        return scope is not null;
    }

    /// <summary>Whether a text is a whole digest.</summary>
    public static bool IsWhole(string text) =>
        DigestPrefix.TryParse(text, out var digest) && digest.Text == text && text.Length == DigestPrefix.LengthMax;

    /// <summary>The exchanges of a body that it covers.</summary>
    /// <param name="body">The body.</param>
    public LedgerFilter Exchanges(DigestPrefix body) => new()
    {
        Kind = EntryKind.Observation,
        Digest = body,
        Run = Run,
        Agent = Agent,
        Since = Since,
        Limit = 1,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', ((string?[])
    [
        Digest is null ? null : $"digest:{Digest}",
        Run is null ? null : $"run:{Run}",
        Agent is null ? null : $"agent:{Agent}",
        Since is null ? null : "since:" + Since.Value.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture),
    ]).OfType<string>());
}
