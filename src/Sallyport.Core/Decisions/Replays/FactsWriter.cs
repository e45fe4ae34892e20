using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Values;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>
/// The facts of a decision as its ledger entry holds them, so that it can be decided again (promise P11): one line of
/// ASCII, JSON, members in a fixed order, none that has its default value. What the entry says elsewhere (who, target,
/// labels, fences) is not said again. The form is in docs/reference/ledger.md.
/// </summary>
public static class FactsWriter
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>The facts as text.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="shadow">What the shadow says beside the decision; null where none was asked.</param>
    /// <exception cref="Cedar.CedarException">An argument of the call is named like an escape of Cedar's JSON:
    /// its reader lets none through.</exception>
    public static string Write(Facts facts, ReplayedVerdict? shadow = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var bytes = buffer ??= new ArrayBufferWriter<byte>(1024);
        var to = writer ??= new Utf8JsonWriter(bytes);
        bytes.ResetWrittenCount();
        to.Reset(bytes);
        to.WriteStartObject();
        WriteTarget(to, facts);
        WriteMatch(to, facts.Match);
        if (facts.Freeze is { } freeze)
        {
            to.WriteStartObject("freeze");
            to.WriteString("id", freeze.Id);
            to.WriteString("scope", freeze.Scope);
            to.WriteString("reason", freeze.Reason);
            to.WriteEndObject();
        }

        if (facts.Call is { } call)
        {
            Write(to, call);
        }

        if (!facts.Arguments.IsEmpty)
        {
            to.WriteStartArray("arguments");
            foreach (var argument in facts.Arguments)
            {
                Write(to, argument);
            }

            to.WriteEndArray();
        }

        WriteWords(to, "untyped", facts.Untyped);
        WriteWords(to, "consented", facts.Consented);
        if (facts.Hold is { } hold)
        {
            to.WriteStartObject("hold");
            to.WriteString("ticket", hold.Ticket);
            to.WriteNumber("expires", hold.Expires.ToUnixTimeMilliseconds());
            to.WriteString("by", hold.By);
            to.WriteString("reason", hold.Reason);
            to.WriteEndObject();
        }

        if (!facts.Budgets.IsEmpty)
        {
            to.WriteStartArray("budgets");
            foreach (var budget in facts.Budgets)
            {
                Write(to, budget);
            }

            to.WriteEndArray();
        }

        if (shadow is not null)
        {
            Write(to, shadow);
        }

        to.WriteEndObject();
        to.Flush();
        return Encoding.ASCII.GetString(bytes.WrittenSpan);
    }

    private static void WriteTarget(Utf8JsonWriter to, Facts facts)
    {
        to.WriteNumber("time", facts.Time.ToUnixTimeMilliseconds());
        if (facts.Port != 0)
        {
            to.WriteNumber("port", facts.Port);
        }

        if (facts.Path.Length > 0)
        {
            to.WriteString("path", facts.Path);
        }

        if (facts.IsChannel)
        {
            to.WriteBoolean("channel", true);
        }

        if (facts.IsInspected)
        {
            to.WriteBoolean("inspected", true);
        }

        WriteWords(to, "sourceLabels", [.. facts.Source.Labels.Labels.Select(label => label.Value)]);
    }

    private static void WriteMatch(Utf8JsonWriter to, RuleMatch match)
    {
        to.WriteStartObject("match");
        switch (match)
        {
            case RuleMatch.Allowed allowed:
                Write(to, "allowed", allowed.Rule);
                to.WriteString("class", MatchWords.Of(allowed.Class));
                to.WriteString("basis", MatchWords.Of(allowed.Basis));
                break;
            case RuleMatch.Forbidden forbidden:
                Write(to, "forbidden", forbidden.Rule);
                break;
            case RuleMatch.NearMiss near:
                Write(to, "near", near.Near);
                break;
            case RuleMatch.RefusedAddress refused:
                to.WriteString("is", "address");
                to.WriteString("address", refused.Address);
                to.WriteString("class", refused.AddressClass);
                break;
            case RuleMatch.Malformed malformed:
                to.WriteString("is", "malformed");
                to.WriteString("code", malformed.Fault.Code);
                to.WriteString("detail", malformed.Fault.Detail);
                to.WriteString("mend", malformed.Fault.Mend);
                break;
            case RuleMatch.Misdirected misdirected:
                to.WriteString("is", "misdirected");
                to.WriteString("inner", misdirected.Inner);
                break;
            case RuleMatch.MethodRefused:
                to.WriteString("is", "method");
                break;
            case RuleMatch.None:
                to.WriteString("is", "none");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(match), match, "A match without a form.");
        }

        to.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter to, string kind, RuleReference rule)
    {
        to.WriteString("is", kind);
        to.WriteString("place", rule.Place);
        to.WriteString("rule", rule.Text);
    }

    private static void Write(Utf8JsonWriter to, ToolCall call)
    {
        to.WriteStartObject("call");
        to.WriteString("server", call.Tool.Server);
        to.WriteString("tool", call.Tool.Tool);
        to.WriteString("class", MatchWords.Of(call.Tool.Class));
        to.WritePropertyName("arguments");
        RecordJson.Write(to, call.Arguments);
        to.WritePropertyName("facts");
        RecordJson.Write(to, call.Facts);
        WriteWords(to, "untyped", call.Untyped);
        to.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter to, ArgumentOrigin argument)
    {
        to.WriteStartObject();
        to.WriteString("at", argument.Place);
        if (argument.Shown.Length > 0)
        {
            to.WriteString("shown", argument.Shown);
        }

        if (argument.IsDestination)
        {
            to.WriteBoolean("destination", true);
        }

        if (argument.IsUnread)
        {
            to.WriteBoolean("unread", true);
        }

        if (argument.IsSpelledOut)
        {
            to.WriteBoolean("rule", true);
        }

        if (argument.Item is { } item)
        {
            to.WriteString("item", item);
        }

        if (argument.Endorsed is { } endorsed)
        {
            to.WriteString("endorsed", endorsed);
        }

        WriteWords(to, "origins", argument.Words);
        if (!argument.Evidence.IsEmpty)
        {
            to.WriteStartArray("evidence");
            foreach (var evidence in argument.Evidence)
            {
                to.WriteStartObject();
                to.WriteString("entry", evidence.Entry);
                to.WriteNumber("start", evidence.Start);
                to.WriteNumber("length", evidence.Length);
                to.WriteString("origin", evidence.Word);
                if (evidence.Place.Length > 0)
                {
                    to.WriteString("source", evidence.Place);
                }

                if (evidence.IsConfidential)
                {
                    to.WriteBoolean("confidential", true);
                }

                to.WriteEndObject();
            }

            to.WriteEndArray();
        }

        to.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter to, Budget budget)
    {
        to.WriteStartObject();
        to.WriteString("id", budget.Id);
        to.WriteString("for", budget.Limit.Scope.ToString());
        to.WriteString("unit", LimitWords.KeyOf(budget.Limit.Unit));
        to.WriteNumber("max", budget.Max);
        to.WriteString("per", LimitWords.WordOf(budget.Limit.Window));
        to.WriteString("place", budget.Limit.Place);
        to.WriteNumber("used", budget.Used);
        to.WriteNumber("reserved", budget.Reserved);
        to.WriteNumber("needed", budget.Needed);
        if (budget.OpensAt is { } opens)
        {
            to.WriteNumber("opensAt", opens.ToUnixTimeMilliseconds());
        }

        to.WriteEndObject();
    }

    // No fact: nothing was decided from it, and no replay looks at it.
    private static void Write(Utf8JsonWriter to, ReplayedVerdict shadow)
    {
        to.WriteStartObject("shadow");
        if (shadow != Shadow.Same)
        {
            to.WriteString("verdict", shadow.Verdict);
            to.WriteString("code", shadow.Code);
            to.WriteString("policies", shadow.Policies);
        }

        to.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter to, string name, ImmutableArray<string> words)
    {
        if (words.IsEmpty)
        {
            return;
        }

        to.WriteStartArray(name);
        foreach (var word in words)
        {
            to.WriteStringValue(word);
        }

        to.WriteEndArray();
    }
}

/// <summary>The words by which an entry speaks of classes and of what they come from.</summary>
internal static class MatchWords
{
    public static string Of(ActionClass action) => action switch
    {
        ActionClass.Read => "read",
        ActionClass.Effect => "effect",
        ActionClass.Model => "model",
    };

    public static string Of(ClassBasis basis) => basis switch
    {
        ClassBasis.Rule => "rule",
        ClassBasis.Method => "method",
        ClassBasis.Content => "content",
        ClassBasis.Carried => "carried",
        ClassBasis.Channel => "channel",
    };

    public static ActionClass? Class(string? word) =>
        Enum.GetValues<ActionClass>().Where(of => Of(of) == word).Select(of => (ActionClass?)of).FirstOrDefault();

    public static ClassBasis? Basis(string? word) =>
        Enum.GetValues<ClassBasis>().Where(of => Of(of) == word).Select(of => (ClassBasis?)of).FirstOrDefault();
}
