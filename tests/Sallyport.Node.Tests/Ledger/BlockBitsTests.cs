namespace Sallyport.Ledger.Tests;

public sealed class BlockBitsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(BlockBits.Entries)]
    public void Bytes_say_what_was_added_however_many_there_are(int count)
    {
        var numbers = Numbers(count, seed: count);
        var bits = Of(numbers);
        var bytes = bits.ToBytes();
        Assert.Equal(numbers, BlockBits.Parse(bytes).Numbers());
        Assert.Equal(count, bits.Count());
        Assert.Equal(Math.Min(2 * count, BlockBits.Entries / 8), bytes.Length);
    }

    [Fact]
    public void Bits_are_taken_together_and_apart()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (some, others) = (Numbers(100 * seed, seed), Numbers(700, seed + 1_000));
            var both = Of(some);
            both.And(Of(others));
            Assert.Equal(some.Intersect(others), both.Numbers());
            var rest = Of(some);
            rest.Except(Of(others));
            Assert.Equal(some.Except(others), rest.Numbers());
        }
    }

    [Theory]
    [InlineData(-1, BlockBits.Entries)]
    [InlineData(-5_000, 0)]
    [InlineData(63, 65)]
    [InlineData(1_000, 9_000)]
    [InlineData(-9_000, 77)]
    [InlineData(BlockBits.Entries - 1, 100_000)]
    public void A_clip_leaves_what_is_between(long after, long before)
    {
        var numbers = Numbers(2_000, seed: 3);
        var bits = Of(numbers);
        bits.Clip(after, before);
        Assert.Equal(numbers.Where(number => number > after && number < before), bits.Numbers());
    }

    [Theory]
    [InlineData("01")]
    [InlineData("010002")]
    [InlineData("0010")] // 4096: none has it
    [InlineData("ffff")]
    public void Bytes_that_are_no_bits_are_refused(string hex) =>
        Assert.Throws<InvalidDataException>(() => BlockBits.Parse(Convert.FromHexString(hex)));

    private static BlockBits Of(IEnumerable<int> numbers)
    {
        var bits = new BlockBits();
        foreach (var number in numbers)
        {
            bits.Add(number);
        }

        return bits;
    }

    private static List<int> Numbers(int count, int seed)
    {
        var all = Enumerable.Range(0, BlockBits.Entries).ToArray();
        new Random(seed).Shuffle(all);
        return [.. all.Take(count).Order()];
    }
}
