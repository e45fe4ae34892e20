using System.Text.Json.Serialization;
using Sallyport.Perimeter;

namespace Sallyport.Console;

/// <summary>The perimeter in force.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Previous">What a rollback puts in force: the one before, and after a rollback one further back; null
/// when there is none.</param>
/// <param name="Folder">Where its files are edited.</param>
/// <param name="SecondPerson"><c>never</c>, <c>widening</c> or <c>always</c>.</param>
/// <param name="IsDrift">Whether the folder holds something else, which is not loaded.</param>
/// <param name="FolderHash">Hash of what the folder holds; null when that has mistakes.</param>
/// <param name="FolderMistakes">How many mistakes that has.</param>
/// <param name="Pending">What waits for a second person.</param>
/// <param name="Kept">Hashes of the snapshots that can be put in force again.</param>
/// <param name="Uses">When each was last put in force, newest first.</param>
public sealed record PerimeterStateView(
    string Hash,
    string? Previous,
    string Folder,
    string SecondPerson,
    bool IsDrift,
    string? FolderHash,
    int FolderMistakes,
    IReadOnlyList<PendingView> Pending,
    IReadOnlyList<string> Kept,
    IReadOnlyList<SnapshotUseView> Uses);

/// <summary>When a snapshot was last put in force.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="At">When.</param>
/// <param name="Change"><c>applied</c>, <c>rolled-back</c>, <c>started</c>.</param>
/// <param name="Author">Who; empty where nobody is recorded.</param>
public sealed record SnapshotUseView(string Hash, DateTimeOffset At, string Change, string Author);

/// <summary>A change that waits for a second person.</summary>
/// <param name="Hash">What it would put in force.</param>
/// <param name="Author">Who proposed it.</param>
/// <param name="At">When.</param>
public sealed record PendingView(string Hash, string Author, DateTimeOffset At);

/// <summary>What a change of the perimeter would change.</summary>
/// <param name="Before">Hash of what is in force.</param>
/// <param name="After">Hash of what would be.</param>
/// <param name="Direction"><c>widens</c>, <c>narrows</c> or <c>neutral</c>.</param>
/// <param name="SecondPerson">Whether it needs a second person.</param>
/// <param name="Changes">What is different.</param>
/// <param name="Files">The same as text.</param>
/// <param name="Warnings">What is legal and probably not meant, as <c>check</c> says it.</param>
public sealed record PlanView(
    string Before,
    string After,
    string Direction,
    bool SecondPerson,
    IReadOnlyList<PlannedView> Changes,
    IReadOnlyList<FileChangeView> Files,
    IReadOnlyList<string> Warnings)
{
    internal static PlanView Of(PerimeterPlan plan) => new(
        plan.BeforeHash, plan.AfterHash, plan.Direction, plan.NeedsSecondPerson,
        [.. plan.Changes.Select(one => new PlannedView(one.Word, one.Subject, one.What, one.AtRestart))],
        [.. plan.Files.Select(file => new FileChangeView(file.Name, file.Kind, file.Added, file.Removed, file.Lines))],
        [.. plan.After.Warnings.Select(warning => warning.ToString())]);
}

/// <summary>One difference.</summary>
/// <param name="Direction"><c>widens</c>, <c>may widen</c>, <c>narrows</c> or <c>changes</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="What">What is different.</param>
/// <param name="AtRestart">Whether it takes effect at the next start alone.</param>
public sealed record PlannedView(string Direction, string Subject, string What, bool AtRestart);

/// <summary>A file that is different.</summary>
/// <param name="Name">Its name within the folder.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Added">Lines that are only in the new one.</param>
/// <param name="Removed">Lines that are only in the old one.</param>
/// <param name="Lines">Those lines, with <c>+</c> or <c>-</c> before them; at most 60.</param>
public sealed record FileChangeView(string Name, string Kind, int Added, int Removed, IReadOnlyList<string> Lines);

/// <summary>Asks for a perimeter to be put in force.</summary>
/// <param name="Hash">What was shown.</param>
/// <param name="Rollback">Whether it comes from what was kept; else from the folder.</param>
public sealed record ChangeRequest(string Hash, bool Rollback);

/// <summary>What came of it.</summary>
/// <param name="State"><c>applied</c>, <c>pending</c>, <c>withdrawn</c> or <c>nothing</c>.</param>
/// <param name="Hash">What it is about; null for nothing.</param>
/// <param name="Entry">Its entry; null where there is none (yet).</param>
/// <param name="ChannelsCut">Open channels that were cut.</param>
/// <param name="RunsEnded">Runs that ended, since their agent is gone or has another role.</param>
/// <param name="Plan">What it changed, or would.</param>
/// <param name="Warning">What could not be stored; absent when all is well.</param>
public sealed record ChangeAnswer(
    string State,
    string? Hash,
    string? Entry,
    int ChannelsCut,
    int RunsEnded,
    PlanView? Plan,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning = null);
