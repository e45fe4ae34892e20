using System.Collections.Immutable;
using System.Text;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Checkpoints;

/// <summary>
/// Reads one policy file. Words are octet strings: Latin-1 keeps each octet as one character, and nothing folds them.
/// </summary>
internal sealed class PolicyParser
{
    private const int BytesMax = 1_000_000;
    private const int DefinitionsMax = 1024; // the specification asks for 32 of each

    private readonly ImmutableArray<TrustedKey>.Builder _logs = ImmutableArray.CreateBuilder<TrustedKey>();
    private readonly ImmutableArray<TrustedKey>.Builder _witnesses = ImmutableArray.CreateBuilder<TrustedKey>();
    private readonly ImmutableArray<WitnessGroup>.Builder _groups = ImmutableArray.CreateBuilder<WitnessGroup>();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private string? _quorum;

    public Result<TrustPolicy> Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length > BytesMax)
        {
            return TlogFault.OutOfRange("policy", $"A policy of {file.Length} bytes is over the limit of {BytesMax}.");
        }

        var reader = new LineReader(file);
        for (var number = 1; reader.TryTake(out var line); number++)
        {
            if (Line(line) is { } fault)
            {
                return fault with { Field = $"policy.line[{number}].{fault.Field}" };
            }
        }

        return !reader.Rest.IsEmpty ? TlogFault.Malformed("policy", "The last line does not end in a newline.")
            : _quorum is null ? TlogFault.Malformed("policy.quorum", "There is no quorum line, not even 'quorum none'.")
            : new TrustPolicy(_logs.ToImmutable(), _witnesses.ToImmutable(), _groups.ToImmutable(), _quorum);
    }

    private TlogFault? Line(ReadOnlySpan<byte> line)
    {
        foreach (var octet in line)
        {
            if (octet is (< 0x20 and not (byte)'\t') or 0x7F)
            {
                return TlogFault.Malformed("text", $"The control 0x{octet:x2} is not allowed.");
            }
        }

        var words = Encoding.Latin1.GetString(line).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#'))
        {
            return null;
        }

        if (words[0] != "quorum" && _logs.Count + _witnesses.Count + _groups.Count >= DefinitionsMax)
        {
            return TlogFault.OutOfRange("policy", $"There are more than {DefinitionsMax} definitions.");
        }

        return (words[0], words.Length) switch
        {
            ("log", 2 or 3) => Log(words),
            ("witness", 3 or 4) => Witness(words),
            ("group", >= 4) => Group(words),
            ("quorum", 2) => QuorumLine(words[1]),
            _ => TlogFault.Malformed(
                "keyword",
                $"{Strict.Show(words[0])} with {words.Length - 1} words is not log, witness, group or quorum."),
        };
    }

    private TlogFault? Log(string[] words)
    {
        if (!Key(words[1], _logs, "log", SignatureType.Ed25519, SignatureType.MlDsa44Cosignature)
            .TryGet(out var key, out var fault))
        {
            return fault;
        }

        _logs.Add(new TrustedKey(key.Name.Value, key, words.ElementAtOrDefault(2)));
        return null;
    }

    private TlogFault? Witness(string[] words)
    {
        if (!Key(words[2], _witnesses, "witness", SignatureType.Ed25519Cosignature, SignatureType.MlDsa44Cosignature)
            .TryGet(out var key, out var fault))
        {
            return fault;
        }

        _witnesses.Add(new TrustedKey(words[1], key, words.ElementAtOrDefault(3)));
        return Define(words[1]);
    }

    private TlogFault? Group(string[] words)
    {
        var members = words[3..];
        foreach (var member in members)
        {
            if (!_names.Contains(member) || !_members.Add(member))
            {
                return TlogFault.Malformed(
                    "group", $"{Strict.Show(member)} is not defined above, or is a member already.");
            }
        }

        var threshold = words[2] switch
        {
            "all" => members.Length,
            "any" => 1,
            var k when Strict.TryDecimal(Encoding.Latin1.GetBytes(k), out var number) && number <= members.Length =>
                (int)number,
            _ => 0,
        };
        if (threshold < 1)
        {
            return TlogFault.Malformed("group", $"{Strict.Show(words[2])} is not all, any, or 1 to {members.Length}.");
        }

        _groups.Add(new WitnessGroup(words[1], threshold, [.. members]));
        return Define(words[1]);
    }

    private TlogFault? QuorumLine(string name)
    {
        if (_quorum is not null || (name != TrustPolicy.NoQuorum && !_names.Contains(name)))
        {
            return TlogFault.Malformed(
                "quorum", $"There is a quorum already, or {Strict.Show(name)} is not defined above.");
        }

        _quorum = name;
        return null;
    }

    private TlogFault? Define(string name) =>
        name != TrustPolicy.NoQuorum && _names.Add(name)
            ? null
            : TlogFault.Malformed("name", $"{Strict.Show(name)} is defined already, or is the word none.");

    private static Result<VerifierKey> Key(
        string vkey, IEnumerable<TrustedKey> others, string role, params ReadOnlySpan<SignatureType> types)
    {
        if (!VerifierKey.Parse(Encoding.Latin1.GetBytes(vkey)).TryGet(out var key, out var fault))
        {
            return fault;
        }

        var material = key.PublicKey;
        return !types.Contains(key.Type)
            ? TlogFault.Malformed("vkey.type", $"A key of type 0x{(int)key.Type:x2} is not a {role}'s.")
            : others.Any(other => other.Key.PublicKey.Span.SequenceEqual(material.Span))
            ? TlogFault.Malformed("vkey", $"Another {role} has the same public key.")
            : key;
    }
}
