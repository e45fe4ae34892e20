using Sallyport.Cedar.Policies;

namespace Sallyport.Decisions.Policies;

/// <summary>A policy as people find it again, with the advice that its annotations carry.</summary>
public sealed record PolicyReference
{
    /// <summary>Its id, unique in the set: <c>@id</c>, or file and number.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands: <c>two-doors.cedar:3</c>.</summary>
    public required string Place { get; init; }

    /// <summary><c>@code</c>: the stable code of its denials; <c>policy.forbidden</c> where it has none.</summary>
    public string Code { get; init; } = "policy.forbidden";

    /// <summary><c>@reason</c>: why, as the end of a sentence; empty where it has none.</summary>
    public string Reason { get; init; } = "";

    /// <summary><c>@mend</c>: what would change the answer; <c>{agent}</c> and <c>{run}</c> are filled in.</summary>
    public string Mend { get; init; } = "";

    /// <summary><c>@severity</c>: low, medium, high or critical; empty where it has none.</summary>
    public string Severity { get; init; } = "";

    /// <summary>Whether <c>@hold("approval")</c> makes its no a question to a person.</summary>
    public bool IsHold { get; init; }

    /// <summary>Id and place on one line, as ledger and denials print it.</summary>
    public override string ToString() => $"{Id} ({Place})";

    /// <summary>
    /// The keys that have a meaning; any other is told by <c>check</c>, since a typing error would be silent.
    /// </summary>
    internal static IReadOnlyList<string> Keys { get; } = ["id", "code", "reason", "mend", "severity", "hold"];

    /// <summary>The severities, mildest first.</summary>
    internal static IReadOnlyList<string> Severities { get; } = ["low", "medium", "high", "critical"];

    /// <summary>The one kind of hold.</summary>
    internal const string Approval = "approval";

    /// <summary>Whether it is two words of <c>a-z</c> and <c>-</c> with a dot between them.</summary>
    internal static bool IsCode(string text) => text.Split('.') is [{ Length: > 0 } family, { Length: > 0 } name]
        && (family + name).All(c => char.IsAsciiLetterLower(c) || c == '-');

    internal static PolicyReference Of(Policy policy, string place)
    {
        var body = policy.Body;
        return new PolicyReference
        {
            Id = policy.Id.Value,
            Place = place,
            Code = body.TryGetAnnotation("code", out var code) ? code : "policy.forbidden",
            Reason = body.TryGetAnnotation("reason", out var reason) ? reason : "",
            Mend = body.TryGetAnnotation("mend", out var mend) ? mend : "",
            Severity = body.TryGetAnnotation("severity", out var severity) ? severity : "",
            IsHold = body.TryGetAnnotation("hold", out _),
        };
    }
}
