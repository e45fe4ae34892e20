namespace Sallyport.Decisions;

/// <summary>The answer. Closed: a third verdict, hold, joins with approvals.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Yes, under this rule and as this class of act.</summary>
    /// <param name="Rule">The rule that allowed it.</param>
    /// <param name="Class">How the rule classes the act; effects wait for a synced entry, reads for a written one.</param>
    public sealed record Allow(RuleReference Rule, ActionClass Class) : Decision;

    /// <summary>No, for this reason.</summary>
    /// <param name="Reason">Why; <see cref="Denial.Explain"/> has the words.</param>
    public sealed record Deny(DenyReason Reason) : Decision;
}
