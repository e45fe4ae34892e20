using Sallyport.Cedar.Entities;
using Sallyport.Decisions.Operators;

namespace Sallyport.Decisions.Policies;

public static partial class PolicyModel
{
    // What operators do beside approving. Each context begins alike: who it is, how that was proven, and when.
    private const string Operating = """
        action "freeze" in ["operates"] appliesTo { principal: [Operator], resource: [Agent, Perimeter], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
            "scope": String,
        } };
        action "thaw" in ["operates"] appliesTo { principal: [Operator], resource: [Agent, Perimeter], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
            "scope": String,
            "frozen_by": String,
        } };
        action "edit_policy" in ["operates"] appliesTo { principal: [Operator], resource: [Perimeter], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
            "change": String,
            "direction": String,
        } };
        action "end_run" in ["operates"] appliesTo { principal: [Operator], resource: [Agent], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
        } };
        action "clear_place" in ["operates"] appliesTo { principal: [Operator], resource: [Perimeter], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
            "source": String,
            "path": String,
        } };
        action "change_key" in ["operates"] appliesTo { principal: [Operator], resource: [Perimeter], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
            "change": String,
            "key": String,
        } };
        action "archive_ledger" in ["operates"] appliesTo { principal: [Operator], resource: [Perimeter], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
            "archive": String,
        } };
        action "keep_content" in ["operates"] appliesTo { principal: [Operator], resource: [Perimeter], context: {
            "person": String, "signed": Bool, "uid": Long, "time": datetime,
            "change": String,
            "scope": String,
        } };
        action "promote" in ["operates"] appliesTo { principal: [Operator], resource: [Skill] };

        """;

    /// <summary>Everything that operators do.</summary>
    internal static EntityUid Operates => OperatorActions.Operates;

    /// <summary>Type of what operators change as a whole; named by its organisation.</summary>
    internal static EntityTypeName Perimeter { get; } = EntityTypeName.Parse("Perimeter");

    /// <summary>The action of an operator's own act.</summary>
    internal static EntityUid ActionOf(OperatorAction action) => action switch
    {
        OperatorAction.Freeze => OperatorActions.Freeze,
        OperatorAction.Thaw => OperatorActions.Thaw,
        OperatorAction.EditPolicy => OperatorActions.EditPolicy,
        OperatorAction.EndRun => OperatorActions.EndRun,
        OperatorAction.ClearPlace => OperatorActions.ClearPlace,
        OperatorAction.ChangeKey => OperatorActions.ChangeKey,
        OperatorAction.ArchiveLedger => OperatorActions.ArchiveLedger,
        OperatorAction.KeepContent => OperatorActions.KeepContent,
    };

    /// <summary>Whether an action is one of operators and not of agents. Names of tools have two underscores.</summary>
    internal static bool IsOfOperators(EntityUid action) =>
        action == Operates || action == Approve || action == OperatorActions.Freeze
        || action == OperatorActions.Thaw || action == OperatorActions.EditPolicy
        || action == OperatorActions.EndRun || action == OperatorActions.ClearPlace
        || action == OperatorActions.ChangeKey || action == OperatorActions.ArchiveLedger
        || action == OperatorActions.KeepContent
        || action == OperatorActions.Promote;

    // A class of its own: which part of a partial class is initialised first nobody can say.
    private static class OperatorActions
    {
        private static readonly EntityTypeName Type = EntityTypeName.Parse("Action");

        public static readonly EntityUid Operates = new(Type, "operates");
        public static readonly EntityUid Freeze = new(Type, "freeze");
        public static readonly EntityUid Thaw = new(Type, "thaw");
        public static readonly EntityUid EditPolicy = new(Type, "edit_policy");
        public static readonly EntityUid EndRun = new(Type, "end_run");
        public static readonly EntityUid ClearPlace = new(Type, "clear_place");
        public static readonly EntityUid ChangeKey = new(Type, "change_key");
        public static readonly EntityUid ArchiveLedger = new(Type, "archive_ledger");
        public static readonly EntityUid KeepContent = new(Type, "keep_content");
        public static readonly EntityUid Promote = new(Type, "promote");
    }
}
