namespace Sallyport.Decisions.Approvals;

/// <summary>Who answers, and in which words.</summary>
/// <param name="Author">The user who asked: <c>uid:1000</c>.</param>
/// <param name="Operator">The operator that this is; empty where it is none.</param>
/// <param name="Factor"><c>uid</c>, <c>signature</c>, <c>unproven</c> (a user who may be an agent's
/// program), or empty.</param>
/// <param name="Reason">In their words, or the code of a refusal.</param>
public sealed record Answer(string Author, string Operator, string Factor, string Reason);
