using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Merkle;

public sealed class ProofTests
{
    private const int SizeMax = 300;
    private readonly NaiveTree _naive = new(TestLog.Entries(SizeMax));

    [Fact]
    public void A_compact_range_has_the_root_of_the_definition_at_every_size()
    {
        var range = new CompactRange();
        for (var size = 0; size <= SizeMax; size++)
        {
            Assert.Equal(_naive.Root(size), range.Head.Root);
            Assert.Equal(size, range.Size.Value);
            var again = CompactRange.Restore(range.Size, range.Nodes).ValueOrThrow();
            Assert.Equal(range.Head, again.Head);
            if (size < SizeMax)
            {
                range.Append(TreeHash.Leaf(TestLog.Entry(size)));
            }
        }

        Assert.Equal("compact-range.nodes", CompactRange.Restore(new(5), range.Nodes).Fault?.Field);
    }

    [Fact]
    public void Every_inclusion_proof_of_the_definition_verifies_and_no_neighbour_of_it_does()
    {
        var count = 0;
        for (var size = 1; size <= SizeMax; size++)
        {
            // Every entry of small trees; in larger ones the corners, where the shape changes, and some between.
            for (var index = 0; index < size; index += size <= 70 || index < 3 || index > size - 4 ? 1 : 7)
            {
                var (leaf, root) = (TreeHash.Leaf(TestLog.Entry(index)), _naive.Root(size));
                var proof = new InclusionProof(new(index), new(size), [.. _naive.Path(index, size)]);
                Assert.True(proof.Verify(leaf, root, out var fault), $"{index} of {size}: {fault}");
                Refused(proof, leaf, root);
                count++;
            }
        }

        Console.WriteLine(
            $"COUNT inclusion proofs of trees up to {SizeMax}, each with its refused neighbours: {count}");
    }

    [Fact]
    public void Every_consistency_proof_of_the_definition_verifies_and_no_neighbour_of_it_does()
    {
        var count = 0;
        for (var to = 1; to <= SizeMax; to++)
        {
            for (var from = 1; from <= to; from += to <= 70 || from > to - 4 ? 1 : 5)
            {
                var proof = new ConsistencyProof(new(from), new(to), [.. _naive.Proof(0, from, to)]);
                Assert.True(
                    proof.Verify(_naive.Root(from), _naive.Root(to), out var fault), $"{from} to {to}: {fault}");
                var other = TreeHash.Leaf([1]);
                Assert.False(proof.Verify(other, _naive.Root(to), out _));
                Assert.False(proof.Verify(_naive.Root(from), other, out _));
                var longer = new ConsistencyProof(new(from), new(to), [.. proof.Hashes, other]);
                Assert.False(longer.Verify(_naive.Root(from), _naive.Root(to), out _));
                if (!proof.Hashes.IsEmpty)
                {
                    var altered = new ConsistencyProof(
                        new(from), new(to), proof.Hashes.SetItem(count % proof.Hashes.Length, other));
                    Assert.False(altered.Verify(_naive.Root(from), _naive.Root(to), out _));
                    var shorter = new ConsistencyProof(
                        new(from), new(to), proof.Hashes.RemoveAt(count % proof.Hashes.Length));
                    Assert.False(shorter.Verify(_naive.Root(from), _naive.Root(to), out _));
                }

                count++;
            }
        }

        Console.WriteLine(
            $"COUNT consistency proofs of trees up to {SizeMax}, each with its refused neighbours: {count}");
    }

    [Fact]
    public void Every_subtree_of_a_small_tree_has_a_proof_that_verifies_and_what_is_no_subtree_has_none()
    {
        var (valid, invalid) = (0, 0);
        for (var size = 1; size <= 40; size++)
        {
            for (var start = 0; start < size; start++)
            {
                for (var end = start + 1; end <= size; end++)
                {
                    var ceiling = Enumerable.Range(0, 7).Select(bit => 1 << bit).First(power => power >= end - start);
                    if (!Subtree.Create(start, end).TryGet(out var subtree, out _))
                    {
                        Assert.NotEqual(0, start % ceiling);
                        invalid++;
                        continue;
                    }

                    Assert.Equal(0, start % ceiling);
                    var proof = new SubtreeConsistencyProof(subtree, new(size), [.. _naive.Proof(start, end, size)]);
                    var verified = proof.Verify(_naive.Of(start, end), _naive.Root(size), out var fault);
                    Assert.True(verified, $"[{start}, {end}) of {size}: {fault}");
                    Assert.False(proof.Verify(_naive.Of(start, end), TreeHash.Leaf([]), out _));
                    valid++;
                }
            }
        }

        Console.WriteLine($"COUNT subtrees of trees up to 40: {valid} proved, {invalid} ranges are none");
    }

    [Fact]
    public void Nothing_is_proved_by_the_empty_tree()
    {
        Assert.True(new ConsistencyProof(new(0), new(0), []).Verify(TreeHash.EmptyRoot, TreeHash.EmptyRoot, out _));
        Assert.False(
            new ConsistencyProof(new(0), new(1), []).Verify(TreeHash.EmptyRoot, _naive.Root(1), out var fault));
        Assert.Equal("proof.from", fault.Field);
    }

    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MaxValue, long.MaxValue - 1)]
    [InlineData((1L << 62) + 1, 1L << 62)]
    public void A_tree_as_large_as_can_be_is_neither_a_crash_nor_a_loop(long size, long index)
    {
        var any = TreeHash.EmptyRoot;
        Assert.False(new InclusionProof(new(index), new(size), []).Verify(any, any, out var fault));
        Assert.Equal("proof.hashes", fault.Field);
        Assert.False(new ConsistencyProof(new(Math.Max(index, 1)), new(size), []).Verify(any, any, out fault));
        Assert.Equal("proof.hashes", fault.Field);
        var path = ProofPath.Inclusion(index, size);
        Assert.InRange(path.Length, 1, 63);
        Assert.All(path, span => Assert.True(span.Start >= 0 && span.Start < span.End && span.End <= size));
    }

    [Fact]
    public void Positions_are_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeafIndex(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TreeSize(-1));
        Assert.True(new TreeSize(1).Contains(new LeafIndex(0)));
        Assert.False(new TreeSize(1).Contains(new LeafIndex(1)));
        Assert.Throws<ArgumentException>(() => new Hash(new byte[31]));
    }

    private static void Refused(InclusionProof proof, Hash leaf, Hash root)
    {
        var other = TreeHash.Leaf([1]);
        Assert.False(proof.Verify(other, root, out var fault));
        Assert.Equal("root", fault.Field);
        Assert.False(proof.Verify(leaf, other, out _));
        Assert.False(
            new InclusionProof(proof.Index, proof.Size, [.. proof.Hashes, other]).Verify(leaf, root, out fault));
        Assert.Equal("proof.hashes", fault.Field);
        Assert.False(new InclusionProof(new(proof.Size.Value), proof.Size, proof.Hashes).Verify(leaf, root, out fault));
        Assert.Equal("proof.index", fault.Field);
        for (var i = 0; i < proof.Hashes.Length; i++)
        {
            Assert.False(
                new InclusionProof(proof.Index, proof.Size, proof.Hashes.SetItem(i, other)).Verify(leaf, root, out _));
            Assert.False(
                new InclusionProof(proof.Index, proof.Size, proof.Hashes.RemoveAt(i)).Verify(leaf, root, out _));
        }
    }
}
