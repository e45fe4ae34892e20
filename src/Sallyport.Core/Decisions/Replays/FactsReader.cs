using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Values;
using Sallyport.Flow;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>Facts back from a ledger entry. What cannot be said for certain is a reason, never a guess.</summary>
public static class FactsReader
{
    /// <summary>Reads the facts of a decision.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="facts">The facts that it was decided from.</param>
    /// <param name="why">Why they are not known, as the end of a sentence.</param>
    public static bool TryRead(
        LedgerEntry.Decided entry, [NotNullWhen(true)] out Facts? facts, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(entry);
        (facts, why) = (null, null);
        if (entry.Target.Contains(" [cut from ", StringComparison.Ordinal) && entry.Target.EndsWith(']'))
        {
            why = "its target was too long for the entry";
            return false;
        }

        if ($"{entry.Method}{entry.Target}".Contains(KeyedDigest.Mark, StringComparison.Ordinal))
        {
            why = "its address may hold a secret, and only a keyed digest of it is recorded";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(entry.Facts);
            facts = Read(entry, document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            why = "its facts cannot be read";
            return false;
        }

        if (facts is not null)
        {
            return true;
        }

        why = entry.Facts.StartsWith("{\"digest\":", StringComparison.Ordinal)
            ? "its facts were too large for the entry"
            : "its facts are of another version of this program";
        return false;
    }

    /// <summary>Reads what the shadow said beside a decision.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>
    /// <see cref="Shadow.Same"/> where it agreed, else its own answer; null where none is recorded, or none that can
    /// be read.
    /// </returns>
    public static ReplayedVerdict? ShadowOf(LedgerEntry.Decided entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            using var document = JsonDocument.Parse(entry.Facts);
            return !document.RootElement.TryGetProperty("shadow", out var shadow) ? null
                : !shadow.TryGetProperty("verdict", out _) ? Shadow.Same
                : new ReplayedVerdict(Text(shadow, "verdict"), Text(shadow, "code"), Text(shadow, "policies"));
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            return null;
        }
    }

    private static Facts? Read(LedgerEntry.Decided entry, JsonElement from)
    {
        if (!from.TryGetProperty("match", out var match) || MatchOf(match) is not { } matched)
        {
            return null;
        }

        var sourceLabels = LabelSet.TryParse(string.Join(',', Words(from, "sourceLabels")), out var labels)
            ? labels
            : throw new FormatException("labels");
        return new Facts
        {
            Run = entry.Run,
            Agent = entry.Agent,
            Method = entry.Method,
            Target = entry.Target,
            Host = entry.Host,
            Match = matched,
            Source = new Source(entry.Source, sourceLabels),
            Labels = entry.Labels,
            LabelVersion = entry.LabelVersion,
            FreezeEpoch = entry.FreezeEpoch,
            Freeze = from.TryGetProperty("freeze", out var freeze)
                ? new FreezeReference(Text(freeze, "id"), Text(freeze, "scope"), Text(freeze, "reason"))
                : null,
            Port = from.TryGetProperty("port", out var port) ? port.GetInt32() : 0,
            Path = from.TryGetProperty("path", out var path) ? path.GetString()! : "", // A text, or it throws.
            IsChannel = from.TryGetProperty("channel", out _),
            IsInspected = from.TryGetProperty("inspected", out _),
            Call = from.TryGetProperty("call", out var call) ? CallOf(call) : null,
            Arguments = [.. Elements(from, "arguments").Select(ArgumentOf)],
            Untyped = Words(from, "untyped"),
            Consented = Words(from, "consented"),
            Hold = from.TryGetProperty("hold", out var hold)
                ? new HoldReference(
                    Text(hold, "ticket"),
                    DateTimeOffset.FromUnixTimeMilliseconds(Number(hold, "expires")),
                    Text(hold, "by"),
                    Text(hold, "reason"))
                : null,
            Budgets = [.. Elements(from, "budgets").Select(BudgetOf)],
            Time = DateTimeOffset.FromUnixTimeMilliseconds(from.GetProperty("time").GetInt64()),
        };
    }

    private static RuleMatch? MatchOf(JsonElement match) => Text(match, "is") switch
    {
        "allowed" when MatchWords.Class(Text(match, "class")) is { } action
            && MatchWords.Basis(Text(match, "basis")) is { } basis =>
            new RuleMatch.Allowed(RuleOf(match), action, basis),
        "forbidden" => new RuleMatch.Forbidden(RuleOf(match)),
        "near" => new RuleMatch.NearMiss(RuleOf(match)),
        "address" => new RuleMatch.RefusedAddress(Text(match, "address"), Text(match, "class")),
        "malformed" => new RuleMatch.Malformed(
            new Fault(Text(match, "code"), Text(match, "detail"), Text(match, "mend"))),
        "misdirected" => new RuleMatch.Misdirected(Text(match, "inner")),
        "method" => new RuleMatch.MethodRefused(),
        "none" => new RuleMatch.None(),
        _ => null,
    };

    private static RuleReference RuleOf(JsonElement match) => new(Text(match, "place"), Text(match, "rule"));

    private static ToolCall CallOf(JsonElement call)
    {
        var action = MatchWords.Class(Text(call, "class")) ?? throw new FormatException("class");
        return new ToolCall(
            new ToolAction(Text(call, "server"), Text(call, "tool"), action, ""),
            RecordOf(call, "arguments"),
            RecordOf(call, "facts"),
            Words(call, "untyped"));
    }

    private static RecordValue RecordOf(JsonElement call, string name) =>
        RecordJson.Parse(Encoding.UTF8.GetBytes(call.GetProperty(name).GetRawText())).TryGet(out var record)
            ? record
            : throw new FormatException(name);

    private static ArgumentOrigin ArgumentOf(JsonElement argument) => new(
        Text(argument, "at"),
        argument.TryGetProperty("shown", out var shown) ? shown.GetString()! : "", // A text, or it throws.
        argument.TryGetProperty("destination", out _),
        Words(argument, "origins"),
        [
            .. Elements(argument, "evidence").Select(evidence => new OriginEvidence(
                Text(evidence, "entry"),
                evidence.GetProperty("start").GetInt64(),
                evidence.GetProperty("length").GetInt32(),
                Text(evidence, "origin"),
                evidence.TryGetProperty("source", out var source) ? source.GetString()! : "", // As above.
                evidence.TryGetProperty("confidential", out _))),
        ])
    {
        IsUnread = argument.TryGetProperty("unread", out _),
        IsSpelledOut = argument.TryGetProperty("rule", out _),
        Item = argument.TryGetProperty("item", out var item) ? item.GetString() : null,
        Endorsed = argument.TryGetProperty("endorsed", out var endorsed) ? endorsed.GetString() : null,
    };

    private static Budget BudgetOf(JsonElement budget)
    {
        var units = LimitWords.Units.Where(known => known.Key == Text(budget, "unit")).ToList();
        var windows = Enum.GetValues<LimitWindow>().Where(of => LimitWords.WordOf(of) == Text(budget, "per")).ToList();
        if (units is not [var unit] || windows is not [var window]
            || !LimitScope.TryParse(Text(budget, "for"), out var scope))
        {
            throw new FormatException("budgets");
        }

        return new Budget(
            new LimitRule(
                Text(budget, "id"), scope, unit.Unit, Number(budget, "max"), window, Text(budget, "place")),
            Number(budget, "used"),
            Number(budget, "reserved"),
            Number(budget, "needed"),
            budget.TryGetProperty("opensAt", out var opens)
                ? DateTimeOffset.FromUnixTimeMilliseconds(opens.GetInt64())
                : null);
    }

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();

    private static string Text(JsonElement of, string name) =>
        of.GetProperty(name).GetString() ?? throw new FormatException(name);

    private static JsonElement[] Elements(JsonElement of, string name) =>
        of.TryGetProperty(name, out var array) ? [.. array.EnumerateArray()] : [];

    private static ImmutableArray<string> Words(JsonElement of, string name) =>
        [.. Elements(of, name).Select(word => word.GetString() ?? throw new FormatException(name))];
}
