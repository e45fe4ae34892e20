using System.Numerics;

namespace Sallyport.Cedar.Values;

/// <summary>
/// Whoever writes entities chooses their sets, and must not be able to choose sets whose hashes are equal.
/// </summary>
public sealed class SetHashTests
{
    private const int Bricks = 20;
    private const int Pairs = 12;

    // Built as an attacker would, who knows how hashes are made and not this process's seed: of all subsets of twenty
    // bricks, twelve pairs that collide where bricks are hashed by the bare formula; then one of each pair, both ways.
    [Fact]
    public void Sets_that_would_collide_without_a_seed_do_not()
    {
        var bricks = new Value[Bricks];
        var hashes = new uint[Bricks];
        for (var i = 0; i < Bricks; i++)
        {
            bricks[i] = i == 0 ? Value.SetOf() : Value.SetOf(bricks[i - 1]);
            hashes[i] = i == 0 ? 0 : 1 + Mixed(hashes[i - 1]);
        }

        var pairs = Colliding(hashes).Take(Pairs)
            .Select(pair => (First: Subset(bricks, pair.First), Second: Subset(bricks, pair.Second))).ToList();
        Assert.Equal(Pairs, pairs.Count);
        Value[] sets =
        [
            .. Enumerable.Range(0, 1 << Pairs).Select(choice => Value.SetOf(
                [.. pairs.Select((pair, i) => (choice >> i & 1) == 0 ? pair.First : pair.Second)])),
        ];
        var distinct = sets.Select(set => set.GetHashCode()).Distinct().Count();
        Assert.True(distinct > sets.Length - 10, $"{distinct} hashes for {sets.Length} sets");
        Assert.Equal(sets.Length, SetValue.Create(sets).Count);
    }

    [Fact]
    public void The_order_does_not_count_at_any_depth()
    {
        Value[] elements =
        [
            Value.True, Value.False, Value.Of(1), Value.Of("a"), Value.SetOf(Value.True), Value.SetOf(),
            Value.SetOf(Value.Of(1), Value.SetOf(Value.False, Value.True)), Value.Of("b"), Value.Of(2), Value.Of(3),
        ];
        var expected = Value.SetOf(Value.SetOf(elements), Value.True);
        var random = new Random(7);
        for (var round = 0; round < 100; round++)
        {
            random.Shuffle(elements);
            var again = Value.SetOf(Value.True, Value.SetOf([.. elements, elements[0]]));
            Assert.Equal(expected, again);
            Assert.Equal(expected.GetHashCode(), again.GetHashCode());
        }
    }

    private static IEnumerable<(int First, int Second)> Colliding(uint[] hashes)
    {
        var sums = new uint[1 << Bricks];
        var seen = new Dictionary<uint, int>(sums.Length);
        for (var subset = 1; subset < sums.Length; subset++)
        {
            var lowest = BitOperations.TrailingZeroCount(subset);
            sums[subset] = sums[subset & (subset - 1)] + Mixed(hashes[lowest]);
            var hash = sums[subset] + (uint)BitOperations.PopCount((uint)subset);
            if (seen.Remove(hash, out var other))
            {
                yield return (other, subset);
            }
            else
            {
                seen[hash] = subset;
            }
        }
    }

    private static Value Subset(Value[] bricks, int subset) =>
        Value.SetOf([.. bricks.Where((_, i) => (subset >> i & 1) != 0)]);

    private static uint Mixed(uint hash) => BitOperations.RotateLeft(hash * 0x9E3779B1u, 15);
}
