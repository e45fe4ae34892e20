namespace Sallyport.Decisions.Policies;

/// <summary>A second set of policies, asked beside those in force and never obeyed.</summary>
/// <param name="Rules">The policies.</param>
public sealed record ShadowRules(PolicyRules Rules);
