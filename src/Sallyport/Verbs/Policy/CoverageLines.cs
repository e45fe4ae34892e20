using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary>Coverage as lines for a terminal.</summary>
internal static class CoverageLines
{
    /// <summary>Prints what was not met, and the sum.</summary>
    /// <param name="left">What was not met.</param>
    /// <param name="what">What would have met it: case or decision.</param>
    public static void Show(Coverage left, string what)
    {
        foreach (var rule in left.Rules)
        {
            Print.Line(Print.Inert($"no {what} meets rule {rule}"));
        }

        foreach (var policy in left.Policies)
        {
            Print.Line(Print.Inert($"no {what} meets policy {policy}"));
        }

        Print.Line(
            $"met: {left.RulesAll - left.Rules.Length} of {left.RulesAll} rules and tools, "
            + $"{left.PoliciesAll - left.Policies.Length} of {left.PoliciesAll} policies");
    }
}
