using System.CommandLine;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary>How an operator's own act is signed: by a key here, or by a signature that was made elsewhere.</summary>
internal sealed class Signing
{
    private readonly Option<string?> key = new("--key")
    {
        Description = "Sign with this key (see: sallyport approval-key); its passphrase is asked for.",
    };

    private readonly Option<bool> challenge = new("--challenge")
    {
        Description = "Only print what is signed, to sign it on another machine.",
    };

    private readonly Option<string?> signature = new("--signature")
    {
        Description = "The signature of the challenge, base64, from wherever it was made.",
    };

    /// <summary>Adds the options to a verb.</summary>
    public static Signing On(Command verb)
    {
        var signing = new Signing();
        verb.Options.Add(signing.key);
        verb.Options.Add(signing.challenge);
        verb.Options.Add(signing.signature);
        return signing;
    }

    /// <summary>Whether only the challenge is wanted.</summary>
    public bool IsOnlyAsked(ParseResult parsed) => parsed.GetValue(challenge);

    /// <summary>Signs what is asked next, if that is wanted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="node">The node; it is given the signature.</param>
    /// <param name="act">Path of the challenge: <c>apply?what=HASH</c>.</param>
    /// <param name="cancellation">Until the answer.</param>
    /// <returns>False when only the challenge was wanted: it is printed, and nothing is to be done.</returns>
    public async Task<bool> TrySignAsync(
        ParseResult parsed, NodeClient node, string act, CancellationToken cancellation)
    {
        node.Signature = parsed.GetValue(signature);
        if (!IsOnlyAsked(parsed) && parsed.GetValue(key) is null)
        {
            return true;
        }

        var asked = await node.GetAsync($"challenges/{act}", ApiJson.Default.ChallengeView, cancellation);
        if (IsOnlyAsked(parsed))
        {
            await System.Console.Out.WriteAsync(asked.Challenge);
            return false;
        }

        node.Signature = ApprovalKey.Sign(parsed.GetValue(key)!, asked.Challenge); // or it was returned above
        return true;
    }
}
