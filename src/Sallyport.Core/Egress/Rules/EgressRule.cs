using Sallyport.Decisions;

namespace Sallyport.Egress;

/// <summary>How a CONNECT that a rule allows is treated. There is no silent fall-back from one to the other.</summary>
public enum ConnectMode
{
    /// <summary>The gateway ends TLS, and decides each request inside on its own.</summary>
    Inspect,

    /// <summary>Bytes are relayed unseen; an effect, since nobody can say what they did.</summary>
    Tunnel,
}

/// <summary>A rule as configuration writes it.</summary>
public sealed class EgressRule
{
    private readonly RuleMatch.Allowed[] allowed;

    /// <summary>Makes a rule.</summary>
    /// <param name="reference">Where it is written, and its text.</param>
    /// <param name="pattern">What it names.</param>
    /// <param name="declared">The class that configuration declares; null for the default by method.</param>
    /// <param name="mode">How a CONNECT is treated.</param>
    public EgressRule(
        RuleReference reference,
        RulePattern pattern,
        ActionClass? declared = null,
        ConnectMode mode = ConnectMode.Inspect)
    {
        (Reference, Pattern, Declared, Mode) = (reference, pattern, declared, mode);

        // Made once, so that an allowed request allocates no match.
        var basis = mode is ConnectMode.Tunnel ? ClassBasis.Channel
            : declared is null ? ClassBasis.Method
            : ClassBasis.Rule;
        allowed = [.. Enum.GetValues<ActionClass>().Select(of => new RuleMatch.Allowed(reference, of, basis))];
    }

    /// <summary>Where it is written, and its text.</summary>
    public RuleReference Reference { get; }

    /// <summary>What it names.</summary>
    public RulePattern Pattern { get; }

    /// <summary>The class that configuration declares; null for the default.</summary>
    public ActionClass? Declared { get; }

    /// <summary>How a CONNECT is treated.</summary>
    public ConnectMode Mode { get; }

    /// <summary>Why the rule exists, in the words of who wrote it; empty when nothing was written.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The class of a request: as declared, else a read for GET and HEAD and an effect for all
    /// others.</summary>
    public ActionClass ClassOf(string method) => Mode is ConnectMode.Tunnel
        ? ActionClass.Effect
        : Declared ?? (method is "GET" or "HEAD" ? ActionClass.Read : ActionClass.Effect);

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();

    internal RuleMatch.Allowed AllowedAs(ActionClass of) => allowed[(int)of];
}
