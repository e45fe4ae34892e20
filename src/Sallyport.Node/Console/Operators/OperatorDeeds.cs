using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Decisions.Operators;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Perimeter;

namespace Sallyport.Console;

/// <summary>The acts of operators, each with exactly what it changes at this moment.</summary>
internal static class OperatorDeeds
{
    public const string Apply = "apply";
    public const string Rollback = "rollback";
    public const string Confirm = "confirm";
    public const string Thaw = "thaw";
    public const string EndRun = "end-run";
    public const string ClearPlace = "clear-place";
    public const string ChangeKey = "change-key";
    public const string Archive = "archive";
    public const string HoldContent = "content-hold";
    public const string ReleaseContent = "content-release";
    public const string DropContent = "content-drop";

    /// <summary>Puts a perimeter in force. Null when nothing would change, or it cannot: who applies it says why.
    /// </summary>
    public static OperatorDeed? OfChange(PerimeterInForce perimeter, string act, string hash) =>
        perimeter.TryPlan(act is Apply ? null : hash, out var plan, out _) && plan!.AfterHash == hash // asked for
            && !plan.IsEmpty
            ? new OperatorDeed(OperatorAction.EditPolicy, act, hash, plan.BeforeHash)
            {
                Words = [Word("change", act), Word("direction", plan.Direction)],
            }
            : null;

    /// <summary>Lifts these freezes, one question for each.</summary>
    public static ImmutableArray<OperatorDeed> OfThaw(
        FreezeState state, IReadOnlyCollection<ActiveFreeze> freezes, Func<RunId, AgentId?> agentOf) =>
    [
        .. freezes.Select(freeze => new OperatorDeed(
            OperatorAction.Thaw, Thaw, string.Join(' ', freezes.Select(one => one.Id)),
            string.Create(CultureInfo.InvariantCulture, $"epoch {state.Epoch}"))
        {
            Agent = AgentOf(freeze.Scope, agentOf),
            Words = [Word("frozen_by", freeze.Author), Word("scope", freeze.Scope.ToString()!)], // it says its name
        }),
    ];

    /// <summary>Freezes.</summary>
    public static OperatorDeed OfFreeze(FreezeScope scope, Func<RunId, AgentId?> agentOf) =>
        new(OperatorAction.Freeze, "freeze", scope.ToString()!, "") // it says its name
        {
            Agent = AgentOf(scope, agentOf),
            Words = [Word("scope", scope.ToString()!)],
        };

    /// <summary>Ends a run.</summary>
    public static OperatorDeed OfEnd(RunId run, AgentId agent) =>
        new(OperatorAction.EndRun, EndRun, run.Text, "open") { Agent = agent };

    /// <summary>Clears a place.</summary>
    public static OperatorDeed OfClear(string source, string path) => new(
        OperatorAction.ClearPlace, ClearPlace, ActChallenge.Digest(source, path), "-")
    {
        Words = [Word("path", path), Word("source", source)],
    };

    /// <summary>Gives the ledger or the CA another key.</summary>
    /// <param name="key"><c>ledger</c> or <c>ca</c>.</param>
    /// <param name="change"><c>rotated</c> or <c>revoked</c>.</param>
    /// <param name="overlapSeconds">For how long both are given out.</param>
    /// <param name="now">Fingerprint of the key in use.</param>
    public static OperatorDeed OfKey(string key, string change, long overlapSeconds, string now) => new(
        OperatorAction.ChangeKey, ChangeKey,
        string.Create(CultureInfo.InvariantCulture, $"{key} {change} {overlapSeconds}"), now)
    {
        Words = [Word("change", change), Word("key", key)],
    };

    /// <summary>Ends a period of the ledger.</summary>
    /// <param name="entries">Size of its final checkpoint.</param>
    /// <param name="root">Its root.</param>
    /// <param name="archive">Where it was written.</param>
    /// <param name="origin">Which log.</param>
    public static OperatorDeed OfArchive(long entries, string root, string archive, string origin) => new(
        OperatorAction.ArchiveLedger, Archive,
        string.Create(CultureInfo.InvariantCulture, $"{entries} {root} {ActChallenge.Digest(archive, root)}"), origin)
    {
        Words = [Word("archive", archive)],
    };

    /// <summary>Keeps bodies beyond their time, lets go of them, or drops one.</summary>
    /// <param name="act">Which of the three.</param>
    /// <param name="what">A scope, the name of a hold, or a digest.</param>
    /// <param name="over">Of a hold that ends: what it covers.</param>
    public static OperatorDeed OfContent(string act, string what, string over = "-") => new(
        OperatorAction.KeepContent, act, what, over)
    {
        Words = [Word("change", act["content-".Length..]), Word("scope", what)],
    };

    private static AgentId? AgentOf(FreezeScope scope, Func<RunId, AgentId?> agentOf) => scope switch
    {
        FreezeScope.OfAgent { Agent: var agent } => agent,
        FreezeScope.OfRun { Run: var run } => agentOf(run),
        _ => null,
    };

    private static KeyValuePair<string, string> Word(string name, string text) => new(name, text);
}
