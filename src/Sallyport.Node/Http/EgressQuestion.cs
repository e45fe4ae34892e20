using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Http;

/// <summary>Turns what the gateway met into a question for the decision point.</summary>
internal static class EgressQuestion
{
    private const string Gateway = "http";

    /// <summary>A request for a target that parsed.</summary>
    public static Ask For(string method, Target target, RuleMatch match, Source source, bool duplex = false) => new()
    {
        Gateway = Gateway,
        Method = method,
        Target = target.ToString(),
        Host = target.Host.Text,
        Port = target.Port,
        Path = target.Path,
        Inspected = target.IsAuthority && !duplex,
        Match = match,
        Source = source,
        Duplex = duplex,
    };

    /// <summary>A request that did not parse.</summary>
    public static Ask Malformed(string method, string text, Fault fault) => new()
    {
        Gateway = Gateway,
        Method = Excerpt.Of(method),
        Target = Excerpt.Of(text),
        Host = "",
        Match = new RuleMatch.Malformed(fault),
        Source = Source.Undeclared,
    };
}
