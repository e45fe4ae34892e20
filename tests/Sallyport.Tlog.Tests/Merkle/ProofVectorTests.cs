using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Merkle;

/// <summary>The proof cases of transparency-dev/merkle, good and bad.</summary>
public sealed class ProofVectorTests
{
    [Theory]
    [InlineData("inclusion")]
    [InlineData("consistency")]
    [InlineData("subtreeinclusion")]
    [InlineData("subtreeconsistency")]
    public void Every_case_is_judged_as_its_authors_judge_it(string kind)
    {
        var (good, bad) = (0, 0);
        foreach (var (name, bytes) in SharedFiles.Unpack("merkle-proof-cases.tar.gz"))
        {
            if (!name.Contains($"/testdata/{kind}/", StringComparison.Ordinal)
                || !name.EndsWith(".json", StringComparison.Ordinal))
            {
                continue;
            }

            using var document = JsonDocument.Parse(bytes);
            var expected = !document.RootElement.GetProperty("wantErr").GetBoolean();
            var (accepted, fault) = Judge(kind, new Case(document.RootElement));
            Assert.True(accepted == expected, $"{name}: expected {expected}, found {fault}");
            Assert.Equal(accepted, fault is null);
            (good, bad) = expected ? (good + 1, bad) : (good, bad + 1);
        }

        Assert.True(good > 0 && bad > 0, $"There are no {kind} cases in the archive.");
        Console.WriteLine($"COUNT merkle {kind} cases: {good} accepted, {bad} refused, as they should be");
    }

    private static (bool Accepted, TlogFault? Fault) Judge(string kind, Case @case)
    {
        if (@case.Unspeakable)
        {
            return (false, TlogFault.Malformed("case", "Our types have no such value."));
        }

        TlogFault? fault;
        switch (kind)
        {
            case "inclusion":
                var inclusion = new InclusionProof(new(@case["leafIdx"]), new(@case["treeSize"]), @case.Proof);
                return (inclusion.Verify(@case.Hash("leafHash"), @case.Hash("root"), out fault), fault);

            case "consistency":
                var consistency = new ConsistencyProof(new(@case["size1"]), new(@case["size2"]), @case.Proof);
                return (consistency.Verify(@case.Hash("root1"), @case.Hash("root2"), out fault), fault);

            case "subtreeinclusion":
                if (!Subtree.Create(@case["start"], @case["end"]).TryGet(out var part, out fault))
                {
                    return (false, fault);
                }

                if (@case["leafIdx"] < part.Start)
                {
                    return (false, TlogFault.OutOfRange("index", "before the subtree"));
                }

                var inPart = new InclusionProof(new(@case["leafIdx"] - part.Start), part.Size, @case.Proof);
                return (inPart.Verify(@case.Hash("leafHash"), @case.Hash("root"), out fault), fault);

            default:
                if (!Subtree.Create(@case["start"], @case["end"]).TryGet(out var subtree, out fault))
                {
                    return (false, fault);
                }

                var proof = new SubtreeConsistencyProof(subtree, new(@case["size"]), @case.Proof);
                return (proof.Verify(@case.Hash("root1"), @case.Hash("root2"), out fault), fault);
        }
    }

    private sealed class Case(JsonElement json)
    {
        // A number over 2^63 - 1 is no size and no index, and no bytes are no hash: neither gets as far as a proof.
        public bool Unspeakable => json.EnumerateObject().Any(member =>
            (member.Value.ValueKind == JsonValueKind.Number && !member.Value.TryGetInt64(out _))
            || (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is ""));

        public ImmutableArray<Hash> Proof => json.GetProperty("proof") is { ValueKind: JsonValueKind.Array } lines
            ? [.. lines.EnumerateArray().Select(line => ToHash(line.GetBytesFromBase64()))]
            : [];

        public long this[string name] => json.GetProperty(name).GetInt64();

        public Hash Hash(string name) => ToHash(json.GetProperty(name).GetBytesFromBase64());

        // Some cases have "don't care" for a hash; a hash of ours has 32 bytes, so these are padded.
        private static Hash ToHash(byte[] bytes)
        {
            Array.Resize(ref bytes, 32);
            return new Hash(bytes);
        }
    }
}
