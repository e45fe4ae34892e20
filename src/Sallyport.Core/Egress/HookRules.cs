using System.Collections.Immutable;

namespace Sallyport.Egress;

/// <summary>An address of the operator's own that is told of things. Its requests are this node's, not an
/// agent's.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Rule">The rule that the operator has written by naming it; checked dialling asks for one.</param>
/// <param name="Upstream">Where the host is, and whom it is believed by.</param>
/// <param name="SecretFile">
/// Name of a file in the state folder with the secret that its messages are signed with: it is never in git.
/// </param>
public sealed record Webhook(Target Target, EgressRule Rule, Upstream Upstream, string SecretFile);

/// <summary>Who is told when an act waits for a person.</summary>
/// <param name="Webhooks">By HTTP.</param>
/// <param name="Command">A program with its arguments, given JSON on its standard input; empty for none.</param>
/// <param name="Link">
/// Where a person answers, with <c>{ticket}</c> in it; empty for none (then the command line is named).
/// </param>
public sealed record HookRules(ImmutableArray<Webhook> Webhooks, ImmutableArray<string> Command, string Link)
{
    /// <summary>Nobody.</summary>
    public static HookRules None { get; } = new([], [], "");
}
