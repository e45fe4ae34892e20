namespace Sallyport.Tlog.Text;

/// <summary>Takes lines off the front of a text. Only what ends in U+000A is a line.</summary>
internal ref struct LineReader(ReadOnlySpan<byte> text)
{
    /// <summary>What has not been taken yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    /// <summary>Takes one line, without its newline; false at the end and where no newline is left.</summary>
    public bool TryTake(out ReadOnlySpan<byte> line)
    {
        var end = Rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }

        line = Rest[..end];
        Rest = Rest[(end + 1)..];
        return true;
    }
}
