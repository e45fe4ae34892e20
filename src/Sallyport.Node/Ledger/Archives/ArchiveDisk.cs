using Sallyport.Tlog.Tiles;

namespace Sallyport.Ledger;

/// <summary>The disk of a ledger on which segments that have left it are read from their archives: so that whatever
/// reads a log reads all of it.</summary>
/// <remarks>An archive is a folder in the layout of tlog-tiles; a segment is 256 of its entry bundles, end to end. One
/// of which a bundle is in none of the archives is not there. Archives are only read.</remarks>
/// <param name="disk">The ledger's own disk.</param>
/// <param name="ledger">The ledger.</param>
/// <param name="archives">Folders of archives, in any order.</param>
public sealed class ArchiveDisk(IDisk disk, LedgerFolder ledger, IReadOnlyList<string> archives) : IDisk
{
    private readonly Dictionary<string, IReadOnlyList<string>> segments = Segments(disk, ledger, archives)
        .ToDictionary(segment => segment.Path, segment => segment.Bundles, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<string> Files(string folder) => folder == ledger.Segments
        ? disk.Files(folder).Union(segments.Keys, StringComparer.Ordinal)
        : disk.Files(folder);

    /// <inheritdoc/>
    public IDiskFile? OpenRead(string path) => disk.OpenRead(path)
        ?? (segments.TryGetValue(path, out var bundles) ? new BundleFiles(bundles, disk) : null);

    /// <inheritdoc/>
    public void CreateFolder(string path) => disk.CreateFolder(path);

    /// <inheritdoc/>
    public IDiskFile Open(string path) => disk.Open(path);

    /// <inheritdoc/>
    public void Move(string from, string to) => disk.Move(from, to);

    /// <inheritdoc/>
    public void Delete(string path) => disk.Delete(path);

    /// <inheritdoc/>
    public void SyncFolder(string path) => disk.SyncFolder(path);

    /// <inheritdoc/>
    public long FreeBytes(string folder) => disk.FreeBytes(folder);

    private static IEnumerable<(string Path, IReadOnlyList<string> Bundles)> Segments(
        IDisk disk, LedgerFolder ledger, IReadOnlyList<string> archives)
    {
        var here = ledger.Starts(disk, LedgerFolder.EntriesSuffix).ToHashSet();
        for (var start = 0L; start < ledger.First(disk); start += LedgerFolder.SegmentEntries)
        {
            var bundles = Enumerable.Range(0, LedgerFolder.SegmentEntries / TilePath.FullWidth)
                .Select(index => TilePath.Bundle((start / TilePath.FullWidth) + index))
                .Select(bundle => archives.Select(archive => Path.Combine(archive, $"{bundle}"))
                    .FirstOrDefault(File.Exists))
                .OfType<string>()
                .ToList();
            if (!here.Contains(start) && bundles.Count == LedgerFolder.SegmentEntries / TilePath.FullWidth)
            {
                yield return (ledger.Entries(start), bundles);
            }
        }
    }

    private sealed class BundleFiles : IDiskFile
    {
        private readonly IReadOnlyList<string> paths;
        private readonly IDisk disk;
        private readonly long[] ends;
        private (int Index, IDiskFile File)? open;

        public BundleFiles(IReadOnlyList<string> paths, IDisk disk)
        {
            (this.paths, this.disk) = (paths, disk);
            ends = new long[paths.Count];
            var end = 0L;
            for (var i = 0; i < ends.Length; i++)
            {
                ends[i] = end += new FileInfo(paths[i]).Length;
            }
        }

        public long Length => ends[^1];

        public int Read(Span<byte> buffer, long offset)
        {
            var read = 0;
            while (read < buffer.Length && offset + read < Length)
            {
                var index = Array.FindIndex(ends, end => offset + read < end); // there is one: it is before the end
                var some = File(index).Read(buffer[read..], offset + read - (index == 0 ? 0 : ends[index - 1]));
                if (some == 0)
                {
                    break; // It was cut while we read.
                }

                read += some;
            }

            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => throw ReadOnly();

        public void Sync() => throw ReadOnly();

        public void Truncate(long length) => throw ReadOnly();

        public void Dispose() => open?.File.Dispose();

        private IDiskFile File(int index)
        {
            if (open is { } same && same.Index == index)
            {
                return same.File;
            }

            Dispose();
            var file = disk.OpenRead(paths[index])
                ?? throw new FileNotFoundException($"There is no file {paths[index]}.");
            open = (index, file);
            return file;
        }

        private static UnauthorizedAccessException ReadOnly() => new("An archive is only read.");
    }
}
