namespace Sallyport.Ledger;

/// <summary>Looks for whole entries among bytes that are not.</summary>
internal static class SealedEntry
{
    private const int WindowBytes = 4 * EntryBytes.LengthMax;

    /// <summary>Whether a whole entry (its CRC is right) is anywhere in the file from <paramref name="offset"/>
    /// on.</summary>
    /// <remarks>Lengths are not trusted. The start of an entry cannot be forged inside another: quotes are escaped in
    /// texts.</remarks>
    public static bool Follows(IDiskFile file, long offset)
    {
        var window = new byte[WindowBytes];
        while (true)
        {
            var read = file.Read(window, offset);
            var bytes = window.AsSpan(0, read);
            for (var at = 0; bytes[at..].IndexOf(EntryBytes.Prefix) is var next and >= 0; at++)
            {
                at += next;
                if (IsWhole(bytes[at..]))
                {
                    return true;
                }
            }

            if (read < WindowBytes)
            {
                return false;
            }

            // Step so that an entry over the window's end is seen whole in the next one.
            offset += WindowBytes - EntryBytes.LengthMax;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> from)
    {
        var crc = from.IndexOf(EntryBytes.CrcName);
        var end = crc + EntryBytes.SealLength;
        return crc >= 0 && end <= from.Length && EntryBytes.IsSealed(from[..end]);
    }
}
