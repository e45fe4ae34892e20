using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Fixtures;

/// <summary>A small log in memory, and the keys around it, all from fixed seeds.</summary>
internal static class TestLog
{
    public const string Name = "example.com/log";

    public static SignerKey LogKey { get; } = Key(Name, SignatureType.Ed25519, 1);

    public static SignerKey WitnessKey { get; } = Key("witness.example/w1", SignatureType.Ed25519Cosignature, 2);

    public static SignerKey SecondWitnessKey { get; } = Key("witness.example/w2", SignatureType.Ed25519Cosignature, 3);

    public static Origin Origin { get; } = Origin.Parse(Name).ValueOrThrow();

    public static DateTimeOffset Time { get; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static SignerKey Key(string name, SignatureType type, byte seed)
    {
        var bytes = new byte[32];
        bytes.AsSpan().Fill(seed);
        return SignerKey.FromSeed(KeyName.Parse(name).ValueOrThrow(), type, bytes).ValueOrThrow();
    }

    public static byte[] Entry(int index) => System.Text.Encoding.UTF8.GetBytes($"entry {index}");

    public static List<byte[]> Entries(int count) => [.. Enumerable.Range(0, count).Select(Entry)];

    public static (MemoryTiles Tiles, TreeHead Head) Write(int size)
    {
        var tiles = new MemoryTiles();
        return (tiles, Write(tiles, size));
    }

    public static TreeHead Write(ITileSink sink, int size)
    {
        var writer = new TileWriter(sink);
        for (var i = 0; i < size; i++)
        {
            Assert.True(writer.TryAppend(Entry(i), out var index, out var fault), $"{fault}");
            Assert.Equal(i, index.Value);
        }

        Assert.True(writer.TryFlush(out var head, out var late), $"{late}");
        return head;
    }

    public static async Task<TileTree> OpenAsync(int size)
    {
        var (tiles, head) = Write(size);
        return (await TileTree.OpenAsync(tiles, head, TestContext.Current.CancellationToken)).ValueOrThrow();
    }

    public static SignedCheckpoint Sign(TreeHead head) =>
        SignedCheckpoint.Sign(Checkpoint.Create(Origin, head).ValueOrThrow(), LogKey).ValueOrThrow();

    public static SignedCheckpoint Cosign(SignedCheckpoint checkpoint, SignerKey witness) =>
        checkpoint.With(witness.Cosign(checkpoint.Claim, Time).ValueOrThrow()).ValueOrThrow();
}
