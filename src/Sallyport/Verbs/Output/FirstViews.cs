using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary>What <c>check --json</c> prints: one object, whatever was found.</summary>
/// <param name="Mistakes">Every mistake, in the order of their places; the configuration is good when there is
/// none.</param>
/// <param name="Warnings">What is legal and probably not meant.</param>
/// <param name="Notes">What is right and leaves a door open.</param>
internal sealed record CheckView(
    IReadOnlyList<MistakeView> Mistakes, IReadOnlyList<MistakeView> Warnings, IReadOnlyList<string> Notes);

/// <summary>One thing that is wrong, with its place.</summary>
/// <param name="File">File name within the perimeter folder.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="What">What is wrong, with the value.</param>
/// <param name="Mend">What to do.</param>
internal sealed record MistakeView(string File, int Line, int Column, string What, string Mend)
{
    public static MistakeView Of(Mistake mistake) =>
        new(mistake.File, mistake.Position.Line, mistake.Position.Column, mistake.What, mistake.Mend);
}

/// <summary>One thing that <c>doctor</c> looked at.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Needed">Whether a node needs it.</param>
/// <param name="Ok">Whether it is there.</param>
/// <param name="Detail">Where, or what is missing without it.</param>
/// <param name="Mend">What to do; empty when it is there.</param>
internal sealed record DoctorView(string Name, bool Needed, bool Ok, string Detail, string Mend);

/// <summary>What <c>init</c> made.</summary>
/// <param name="Configuration">The configuration, in full.</param>
/// <param name="Written">Whether it was written now; else it was there and stands.</param>
/// <param name="State">The node's own folder, in full.</param>
internal sealed record InitView(string Configuration, bool Written, string State);

/// <summary>What <c>runs end</c> ended.</summary>
/// <param name="Run">The run.</param>
internal sealed record RunEndView(string Run);

/// <summary>What <c>approval-key new</c> wrote.</summary>
/// <param name="Private">The key, encrypted, in full.</param>
/// <param name="Public">Its public half, in full.</param>
internal sealed record NewKeyView(string Private, string Public);
