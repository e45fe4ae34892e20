namespace Sallyport.Console;

/// <summary>What waits for a person, and what has been answered and not used.</summary>
/// <param name="Holds">Open, given and declined, oldest first.</param>
/// <param name="Operators">Who may be asked.</param>
/// <param name="Runs">How often each open run has asked.</param>
/// <param name="Load">The same in three numbers.</param>
public sealed record HoldsView(
    IReadOnlyList<HoldView> Holds, IReadOnlyList<OperatorView> Operators, IReadOnlyList<RunHolds> Runs, HoldLoad Load);

/// <summary>How much people are asked. Tired approvers approve everything: a rate that grows is a finding.</summary>
/// <param name="Waiting">Acts that wait now.</param>
/// <param name="Opened">Holds of the runs that are open, and of those that ended in the last day.</param>
/// <param name="PerRunHour">The same for each hour that these runs have lasted; a run counts as an hour at
/// least.</param>
public sealed record HoldLoad(int Waiting, int Opened, double PerRunHour);

/// <summary>How often a run has asked.</summary>
/// <param name="Run">The run.</param>
/// <param name="Agent">Whose.</param>
/// <param name="Opened">Its holds.</param>
/// <param name="PerHour">The same for each hour that it has lasted, an hour at least.</param>
public sealed record RunHolds(string Run, string Agent, int Opened, double PerHour);

/// <summary>A person who may be asked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Person">Who it is.</param>
/// <param name="Teams">Its teams.</param>
/// <param name="HasKey">Whether it can sign.</param>
public sealed record OperatorView(string Name, string Person, IReadOnlyList<string> Teams, bool HasKey);

/// <summary>A held act. What comes from outside is shown as inert text.</summary>
/// <param name="Ticket">Its name.</param>
/// <param name="State"><c>open</c>, <c>given</c>, <c>declined</c>.</param>
/// <param name="Run">Whose act.</param>
/// <param name="Agent">The run's agent.</param>
/// <param name="Owner">Who answers for the agent; null when it is no longer configured.</param>
/// <param name="Gateway">The gateway.</param>
/// <param name="Class"><c>read</c>, <c>effect</c>, <c>model</c>.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The canonical target.</param>
/// <param name="Digest">SHA-256 over the whole act.</param>
/// <param name="Policies">Ids of the policies that an approval lifts.</param>
/// <param name="Reason">Why it is held.</param>
/// <param name="Labels">What the run carried.</param>
/// <param name="Opened">Since when.</param>
/// <param name="Expires">Until when it waits, or may be used.</param>
/// <param name="By">Who answered; empty while nobody has.</param>
/// <param name="Answer">In their words.</param>
/// <param name="BodyBytes">Length of the body; null after a restart, when only the digest is left.</param>
/// <param name="BodyStart">Its first 4,096 bytes as text; null after a restart.</param>
/// <param name="Fields">Names of the fields that go out with it.</param>
/// <param name="Origins">Arguments whose text is not a person's or a trusted source's, with the place it was
/// read.</param>
/// <param name="Identical">Other open tickets of an identical act.</param>
/// <param name="Challenge">What is signed to approve it.</param>
/// <param name="ChallengeIdentical">What is signed to approve it with every identical one.</param>
/// <param name="Values">The fields with their values; null for what may be a credential. Empty after a
/// restart.</param>
/// <param name="IsShown">Whether all of it can be shown: else approving it needs <c>unseen</c>.</param>
/// <param name="Approvers">Operators whom the policies let approve it, if they sign.</param>
public sealed record HoldView(
    string Ticket,
    string State,
    string Run,
    string Agent,
    string? Owner,
    string Gateway,
    string Class,
    string Method,
    string Target,
    string Digest,
    IReadOnlyList<string> Policies,
    string Reason,
    IReadOnlyList<string> Labels,
    DateTimeOffset Opened,
    DateTimeOffset Expires,
    string By,
    string Answer,
    int? BodyBytes,
    string? BodyStart,
    IReadOnlyList<string> Fields,
    IReadOnlyList<string> Origins,
    IReadOnlyList<string> Identical,
    string Challenge,
    string ChallengeIdentical,
    IReadOnlyList<HeldFieldView> Values,
    bool IsShown,
    IReadOnlyList<string> Approvers);

/// <summary>A field of a held act.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null where that may be a credential.</param>
public sealed record HeldFieldView(string Name, string? Value);

/// <summary>Says yes.</summary>
/// <param name="Reason">Why, for the record.</param>
/// <param name="Identical">Whether every open hold of an identical act is approved with it.</param>
/// <param name="Signature">Signature of the challenge, base64; null where none is needed.</param>
/// <param name="Unseen">Whether it is approved though not all of it could be shown.</param>
public sealed record ApproveRequest(
    string Reason = "", bool Identical = false, string? Signature = null, bool Unseen = false);

/// <summary>Says no.</summary>
/// <param name="Reason">Why: the agent is told.</param>
public sealed record DeclineRequest(string Reason);

/// <summary>What was answered.</summary>
/// <param name="Tickets">The tickets.</param>
/// <param name="State">What they are now.</param>
/// <param name="By">Who is recorded for it.</param>
/// <param name="Until">Until when an approval may be used.</param>
/// <param name="Skipped">Identical ones that are not answered, each with the reason.</param>
public sealed record AnswerView(
    IReadOnlyList<string> Tickets, string State, string By, DateTimeOffset Until, IReadOnlyList<string> Skipped);
