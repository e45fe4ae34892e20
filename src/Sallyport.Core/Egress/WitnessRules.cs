using System.Collections.Immutable;
using Sallyport.Tlog.Notes;

namespace Sallyport.Egress;

/// <summary>A witness outside that is asked to cosign the log's checkpoints (C2SP tlog-witness). The requests are this
/// node's, not an agent's.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Key">Whose cosignatures are believed.</param>
/// <param name="Target">Its submission prefix; <c>add-checkpoint</c> is put behind it.</param>
/// <param name="Rule">The rule that the operator has written by naming it; checked dialling asks for one.</param>
/// <param name="Upstream">Where the host is, and whom it is believed by.</param>
public sealed record Witness(string Name, VerifierKey Key, Target Target, EgressRule Rule, Upstream Upstream);

/// <summary>Who is asked to cosign checkpoints.</summary>
/// <param name="Witnesses">By name, ascending.</param>
/// <param name="Quorum">How many of them make a checkpoint count as cosigned.</param>
public sealed record WitnessRules(ImmutableArray<Witness> Witnesses, int Quorum)
{
    /// <summary>Nobody.</summary>
    public static WitnessRules None { get; } = new([], 0);

    /// <summary>All of it in one line: equal where the rules are.</summary>
    public string Summary => Witnesses.IsEmpty ? "nobody" : $"{Quorum} of " + string.Join(", ", Witnesses.Select(
        witness => $"{witness.Name} ({witness.Target}, {witness.Key.Name}+{witness.Key.Id}"
            + $"{(witness.Upstream.Dial is { } address ? $", at {address}" : "")}"
            + $"{(witness.Upstream.CaPem is null ? "" : ", by a CA of its own")})"));
}
