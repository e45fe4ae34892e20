using System.Buffers;
using System.Collections.Immutable;

namespace Sallyport.Ledger;

/// <summary>A copy of one body as it streams by, until it is known whether it is kept. It never waits and never fails:
/// what is too long, or finds no room in memory, is let go of at once, and why is remembered.</summary>
/// <remarks>One after the other: whoever adds to it holds the lock of the digest that goes with it.</remarks>
public sealed class BodyCopy : IDisposable
{
    private const int FirstBytes = 4 * 1024; // Most bodies are short.
    private const int BlockBytes = 32 * 1024;

    private readonly ContentMemory memory;
    private readonly List<byte[]> blocks = [];
    private int used; // of the last block

    internal BodyCopy(ContentMemory memory, ImmutableArray<ContentRule> rules) =>
        (this.memory, Rules, BytesMax) = (memory, rules, rules.Max(rule => rule.BytesMax));

    /// <summary>Bytes that came by, kept or not.</summary>
    public long Length { get; private set; }

    /// <summary>SHA-256 of them, lower-case hex, once they are all there.</summary>
    internal string Digest { get; set; } = "";

    /// <summary>Why it holds nothing any more; null while it is whole.</summary>
    internal string? Lost { get; private set; }

    internal ImmutableArray<ContentRule> Rules { get; }

    /// <summary>The bytes, in parts.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Parts =>
        blocks.Select((block, i) =>
            (ReadOnlyMemory<byte>)block.AsMemory(0, i == blocks.Count - 1 ? used : block.Length));

    private long BytesMax { get; }

    /// <summary>Adds what has just come by.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (Length > BytesMax)
        {
            Lose(ContentStore.TooLong);
        }

        while (Lost is null && !bytes.IsEmpty)
        {
            if (blocks.Count == 0 || used == blocks[^1].Length)
            {
                if (memory.TryRent(blocks.Count == 0 ? FirstBytes : BlockBytes) is not { } block)
                {
                    Lose(ContentStore.Busy);
                    return;
                }

                blocks.Add(block);
                used = 0;
            }

            var part = bytes[..Math.Min(bytes.Length, blocks[^1].Length - used)];
            part.CopyTo(blocks[^1].AsSpan(used));
            used += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in blocks)
        {
            memory.Return(block);
        }

        blocks.Clear();
        Lost ??= ContentStore.Busy;
    }

    private void Lose(string why)
    {
        Lost ??= why;
        Dispose();
    }
}

/// <summary>How much of the memory all copies of bodies may have at once.</summary>
internal sealed class ContentMemory(long bytesMax)
{
    private long used;

    /// <summary>A block; null where there is no room.</summary>
    public byte[]? TryRent(int bytes)
    {
        var block = ArrayPool<byte>.Shared.Rent(bytes);
        if (Interlocked.Add(ref used, block.Length) <= bytesMax)
        {
            return block;
        }

        Return(block);
        return null;
    }

    public void Return(byte[] block)
    {
        Interlocked.Add(ref used, -block.Length);

        // What agents read must not come to light in somebody else's buffer.
        ArrayPool<byte>.Shared.Return(block, clearArray: true);
    }
}
