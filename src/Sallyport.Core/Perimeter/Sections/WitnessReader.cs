using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Perimeter.Cases;
using Sallyport.Tlog.Notes;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>ledger.witnesses</c> and <c>ledger.quorum</c>: who is asked to cosign checkpoints.</summary>
internal sealed class WitnessReader(Findings findings, ReadReferencedFile readFile)
{
    private const int WitnessesMax = 16;

    /// <summary>The rules; every mistake is told.</summary>
    public WitnessRules Read(Section ledger)
    {
        var witnesses = Section.Named(ledger.Optional("witnesses"), "witnesses", findings)
            .Select(entry => ReadWitness(entry.Key, entry.Value)).OfType<Witness>()
            .OrderBy(witness => witness.Name, StringComparer.Ordinal)
            .ToImmutableArray();
        if (witnesses.Length > WitnessesMax)
        {
            findings.Add(
                ledger.Optional("witnesses")!.Position, // it has items
                $"There are {witnesses.Length} witnesses", $"Name {WitnessesMax} at most");
        }

        return witnesses.IsEmpty && ledger.Optional("quorum") is null
            ? WitnessRules.None
            : new WitnessRules(witnesses, ReadQuorum(ledger.Optional("quorum"), witnesses.Length));
    }

    private int ReadQuorum(ConfigNode? node, int count)
    {
        if (node is null || Section.Text(node, "quorum", findings) is not { } text)
        {
            return (count / 2) + 1; // More than half.
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var quorum)
            && quorum >= 1 && quorum <= count)
        {
            return quorum;
        }

        findings.Add(
            node.Position, $"quorum is {Quote(text)}, and there are {count} witnesses",
            count == 0 ? "Name witnesses, or remove quorum" : $"Write a number from 1 to {count}");
        return 1;
    }

    private Witness? ReadWitness(ConfigNode.Scalar name, ConfigNode node)
    {
        if (!Name.IsValid(name.Text))
        {
            findings.Add(name.Position, $"The witness name {Quote(name.Text)} is not a name", $"Write {Name.Form}");
        }

        if (Section.Of(node, $"witness {Quote(name.Text)}", findings, "url", "key", "address", "ca") is not { } section)
        {
            return null;
        }

        var key = ReadKey(section.Required("key", "witness.example.org+1a2b3c4d+BGtF..."));
        var address = new OwnAddressReader(findings, readFile).Read(
            section, section.Required("url", "https://witness.example.org/sallyport"), "witnesses", "The witness");
        return key is null || address is null
            ? null
            : new Witness(name.Text, key, address.Target, address.Rule, address.Upstream);
    }

    private VerifierKey? ReadKey(ConfigNode? node)
    {
        if (node is null || Section.Text(node, "key", findings) is not { } text)
        {
            return null;
        }

        if (VerifierKey.Parse(text).TryGet(out var key, out var wrong)
            && key.Type is SignatureType.Ed25519Cosignature or SignatureType.MlDsa44Cosignature)
        {
            return key;
        }

        findings.Add(
            node.Position,
            wrong is null ? "key is not that of a cosigner" : $"key is no verifier key: {wrong.Detail.TrimEnd('.')}",
            "Write the vkey that the witness publishes: NAME+ID+KEY, of type 04 or 06 (C2SP tlog-cosignature)");
        return null;
    }
}

/// <summary>An address that the operator names for the node's own requests.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Rule">The operator's own permission, a literal address included; checked dialling asks for one.</param>
/// <param name="Upstream">Where the host is, and whom it is believed by.</param>
internal sealed record OwnAddress(Target Target, EgressRule Rule, Upstream Upstream);

/// <summary>Reads <c>url</c>, <c>address</c> and <c>ca</c> of something that the node itself speaks to.</summary>
internal sealed class OwnAddressReader(Findings findings, ReadReferencedFile readFile)
{
    /// <summary>The address; null after a mistake, which is told.</summary>
    /// <param name="section">Holds <c>address</c> and <c>ca</c>.</param>
    /// <param name="url">The address as written; null when it is missing, which has been told.</param>
    /// <param name="source">The word for its source.</param>
    /// <param name="what">What it is, at the start of a sentence.</param>
    public OwnAddress? Read(Section section, ConfigNode? url, string source, string what)
    {
        if (url is null || Section.Text(url, "url", findings) is not { } text)
        {
            return null;
        }

        if (!ActReader.TryRead("POST", text, RequestTraits.None, out var act, out var fault))
        {
            findings.Add(url.Position, $"url is {Quote(text)}: {fault.Detail.TrimEnd('.')}", fault.Mend.TrimEnd('.'));
            return null;
        }

        var target = act.Target;
        if (target.Scheme is Scheme.Http && section.Optional("address") is null)
        {
            findings.Warn(
                url.Position, $"{what} {Quote(text)} goes over plain HTTP, so anybody on the way reads it",
                "Use https");
        }

        if (!RulePattern.TryParse(target.HostAndPort, out var pattern, out var flaw))
        {
            findings.Add(url.Position, flaw.Detail.TrimEnd('.'), flaw.Mend.TrimEnd('.'));
            return null;
        }

        return new OwnAddress(
            target,
            new EgressRule(new RuleReference($"{findings.File}:{url.Position.Line}", text), pattern),
            new SourceReader(findings, readFile).UpstreamOf(
                new Source(source, LabelSet.Empty), section.Optional("address"), section.Optional("ca")));
    }
}
