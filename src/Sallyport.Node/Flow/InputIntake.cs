using System.Text;

namespace Sallyport.Flow;

/// <summary>What a command is given on its standard input, compared as it passes with what runs have read as
/// untrusted.</summary>
/// <remarks>It is no brief, whoever gives it: nothing of it is evidence for trust. A line that comes in pieces is
/// looked at with each of them, so it is known before its last piece is passed on. One piece at a time.</remarks>
public sealed class InputIntake(RunTexts texts)
{
    /// <summary>Most bytes that are compared; what comes after them is not looked at.</summary>
    public const int BytesMax = 256 << 10;

    /// <summary>Most bytes of one piece.</summary>
    public const int PieceMax = 64 << 10;

    private const int TailMax = 4_096;

    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private string tail = "";

    /// <summary>Bytes that were taken so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether nothing more is compared.</summary>
    public bool IsOver => Bytes > BytesMax;

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">At most <see cref="PieceMax"/> bytes.</param>
    /// <param name="others">Texts of the runs that are open, or were not long ago.</param>
    /// <returns>Lines that are untrusted; of what is over the bound one, where a stranger's text could be in
    /// it.</returns>
    public int Take(ReadOnlySpan<byte> piece, IReadOnlyCollection<RunTexts> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        Bytes += piece.Length;
        if (IsOver)
        {
            tail = "";
            return BriefIntake.TakeUnread(texts, others);
        }

        var units = new char[decoder.GetCharCount(piece, flush: false)];
        decoder.GetChars(piece, units, flush: false);
        var text = tail + new string(units);
        var foreign = BriefIntake.TakeInput(texts, text, others);
        var last = text[(text.LastIndexOf('\n') + 1)..];
        tail = last.Length > TailMax ? last[^TailMax..] : last;
        return foreign;
    }
}
