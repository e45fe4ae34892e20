using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;

namespace Sallyport.Tlog.Tiles;

/// <summary>What is certain when a write to a folder has returned.</summary>
public enum FolderSync
{
    /// <summary>Nothing: the system writes when it likes. For copies and exports that can be made again.</summary>
    None,

    /// <summary>The file's bytes are on the disk. Its name may not be: .NET cannot sync a directory.</summary>
    Files,
}

/// <summary>A log as a folder in the layout of tlog-tiles, which any web server can serve as it is.</summary>
/// <param name="root">Holds <c>checkpoint</c> and <c>tile/</c>.</param>
/// <param name="sync">What is certain after a write.</param>
public sealed class TileFolder(string root, FolderSync sync = FolderSync.None) : ITileReader, ITileSink
{
    private string CheckpointFile => Path.Combine(root, "checkpoint");

    /// <inheritdoc/>
    public ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(FileOf(path), $"{path}", path.BytesMax));
    }

    /// <inheritdoc/>
    public TlogFault? Write(TilePath path, ReadOnlySpan<byte> bytes)
    {
        if (!File.Exists(FileOf(path)))
        {
            return Replace(FileOf(path), $"{path}", bytes);
        }

        return !Read(FileOf(path), $"{path}", path.BytesMax).TryGet(out var present, out var fault) ? fault
            : present.Span.SequenceEqual(bytes) ? null
            : TlogFault.Mismatch($"{path}", "The tile is there with other bytes: a log never changes one.");
    }

    /// <summary>The checkpoint that the folder shows; verify it before use.</summary>
    public Result<SignedCheckpoint> ReadCheckpoint() =>
        Read(CheckpointFile, "checkpoint", Note.BytesMax).TryGet(out var bytes, out var fault)
            ? SignedCheckpoint.Parse(bytes.Span)
            : fault;

    /// <summary>Shows a checkpoint in place of the one before. Its tiles must be there first.</summary>
    /// <returns>Null when it is done.</returns>
    public TlogFault? WriteCheckpoint(SignedCheckpoint checkpoint) =>
        Replace(CheckpointFile, "checkpoint", checkpoint.ToBytes());

    private static Result<ReadOnlyMemory<byte>> Read(string file, string field, int bytesMax)
    {
        try
        {
            using var handle = File.OpenHandle(file);
            var length = RandomAccess.GetLength(handle);
            if (length > bytesMax)
            {
                return TlogFault.Malformed(field, $"The file has {length} bytes; {bytesMax} is the limit.");
            }

            var bytes = new byte[length];
            var read = 0;
            while (read < bytes.Length)
            {
                var step = RandomAccess.Read(handle, bytes.AsSpan(read), read);
                if (step == 0)
                {
                    return new TlogFault(
                        FaultKind.Unreadable, field, $"The file ended after {read} of {length} bytes.");
                }

                read += step;
            }

            return (ReadOnlyMemory<byte>)bytes;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new TlogFault(FaultKind.Absent, field, $"There is no file {file}.");
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or NotSupportedException) // a device has no length
        {
            return new TlogFault(FaultKind.Unreadable, field, $"{file} cannot be read: {error.Message}");
        }
    }

    private TlogFault? Replace(string file, string field, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!); // not null: the file is below the root
            var fresh = file + ".new"; // no tile has that name, and a half-written one from a crash is written over
            using (var handle = File.OpenHandle(fresh, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(handle, bytes, 0);
                if (sync == FolderSync.Files)
                {
                    RandomAccess.FlushToDisk(handle);
                }
            }

            File.Move(fresh, file, overwrite: true);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new TlogFault(FaultKind.Unreadable, field, $"{file} cannot be written: {error.Message}");
        }
    }

    private string FileOf(TilePath path) => Path.Combine(root, $"{path}");
}
