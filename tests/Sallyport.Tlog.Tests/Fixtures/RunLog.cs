using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Fixtures;

/// <summary>
/// A log kept as a ledger keeps it: segment files that are runs of bundles, one file of hashes for each level. It uses
/// only what the library offers to everybody.
/// </summary>
internal sealed class RunLog : IDisposable
{
    private const int BundlesPerSegment = 100;
    private readonly string _folder;
    private readonly CompactRange _range;
    private readonly Hash[] _roots = new Hash[CompactRange.TileRootsMax];
    private readonly List<Run> _segments = [];
    private readonly List<Run> _levels = [];
    private readonly List<long> _bundleStarts = [];

    public RunLog(string folder)
        : this(folder, new CompactRange())
    {
    }

    private RunLog(string folder, CompactRange range)
    {
        _folder = folder;
        _range = range;
    }

    public TreeHead Head => _range.Head;

    /// <summary>What readers see; a new one after a segment was begun.</summary>
    public ByteRangeTiles Tiles
    {
        get
        {
            var (parts, start) = (new List<RangePart>(), 0L);
            foreach (var segment in _segments)
            {
                parts.Add(new RangePart(start, new FileByteRange(segment.File)));
                start += segment.Length;
            }

            return new ByteRangeTiles(
                [.. _levels.Select(level => new FileByteRange(level.File))], new JoinedByteRange(parts),
                [.. _bundleStarts]);
        }
    }

    public void Append(ReadOnlySpan<byte> entry)
    {
        if (_range.Size.Value % TilePath.FullWidth == 0)
        {
            if (_bundleStarts.Count % BundlesPerSegment == 0)
            {
                _segments.Add(Open($"{_segments.Count:000}.entries"));
            }

            _bundleStarts.Add(_segments.Sum(segment => segment.Length));
        }

        EntryBundle.Append(_segments[^1].Pending, entry);
        var leaf = TreeHash.Leaf(entry);
        var filled = _range.Append(leaf, _roots);
        Put(0, leaf);
        for (var level = 1; level <= filled; level++)
        {
            Put(level, _roots[level - 1]);
        }
    }

    /// <summary>Writes what is pending, as a group commit does.</summary>
    public void Write()
    {
        _segments.ForEach(segment => segment.Write());
        _levels.ForEach(level => level.Write());
    }

    /// <summary>
    /// Goes on after a restart: the last signed head is checked against the files, then the entries behind it are
    /// hashed again.
    /// </summary>
    public async Task<RunLog> ReopenAsync(TreeHead signed, CancellationToken cancellation)
    {
        var tree = (await TileTree.OpenAsync(Tiles, signed, cancellation)).ValueOrThrow();
        var reopened = new RunLog(_folder, tree.ToCompactRange());
        foreach (var start in _bundleStarts.Take((int)((signed.Size.Value + 255) / TilePath.FullWidth)))
        {
            reopened._bundleStarts.Add(start);
        }

        reopened._levels.AddRange(_levels.Select((level, i) => level.CutTo(
            Hash.Length * (signed.Size.Value >> (8 * i)))));
        await reopened.ReplayAsync(_segments, cancellation);
        return reopened;
    }

    public void Dispose()
    {
        _segments.ForEach(segment => segment.File.Dispose());
        _levels.ForEach(level => level.File.Dispose());
    }

    private async Task ReplayAsync(List<Run> segments, CancellationToken cancellation)
    {
        var known = _range.Size.Value;
        var index = 0L;
        foreach (var segment in segments)
        {
            var bytes = await File.ReadAllBytesAsync(segment.Path, cancellation);
            var kept = 0L;
            var behind = new List<byte[]>();
            Split(bytes);
            var cut = segment.CutTo(kept); // without the torn tail, and without what is appended again
            if (kept > 0)
            {
                _segments.Add(cut);
            }
            else
            {
                cut.File.Dispose(); // begun anew by the entry that belongs there
            }

            behind.ForEach(entry => Append(entry));

            void Split(ReadOnlySpan<byte> run)
            {
                while (EntryBundle.TryTake(ref run, out var entry))
                {
                    if (index++ < known)
                    {
                        kept = bytes.Length - run.Length;
                    }
                    else
                    {
                        behind.Add(entry.ToArray());
                    }
                }
            }
        }
    }

    private void Put(int level, Hash hash)
    {
        if (level == _levels.Count)
        {
            _levels.Add(Open($"level.{level}"));
        }

        hash.CopyTo(_levels[level].Pending.GetSpan(Hash.Length));
        _levels[level].Pending.Advance(Hash.Length);
    }

    private Run Open(string name) => new(Path.Combine(_folder, name), 0);

    private sealed class Run(string path, long written)
    {
        private long _written = written;

        public string Path => path;

        public SafeFileHandle File { get; } =
            System.IO.File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

        public ArrayBufferWriter<byte> Pending { get; } = new();

        public long Length => _written + Pending.WrittenCount;

        public void Write()
        {
            RandomAccess.Write(File, Pending.WrittenSpan, _written);
            _written += Pending.WrittenCount;
            Pending.ResetWrittenCount();
        }

        public Run CutTo(long length)
        {
            File.Dispose();
            var run = new Run(path, length);
            RandomAccess.SetLength(run.File, length);
            return run;
        }
    }
}
