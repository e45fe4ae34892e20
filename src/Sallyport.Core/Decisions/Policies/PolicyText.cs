namespace Sallyport.Decisions.Policies;

/// <summary>A text of Cedar policies and the name that people know it by.</summary>
/// <param name="File">
/// File name within the perimeter folder (<c>policies/own.cedar</c>), or <c>NAME.cedar</c> of a pack.
/// </param>
/// <param name="Text">Policies in Cedar's human syntax.</param>
public sealed record PolicyText(string File, string Text);

/// <summary>Something that is wrong in a text of policies, or probably not meant.</summary>
/// <param name="File">As in <see cref="PolicyText.File"/>.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="What">What is wrong, with the value.</param>
/// <param name="Mend">What to do.</param>
/// <param name="IsWarning">Whether the set may be loaded all the same.</param>
public sealed record PolicyMistake(string File, int Line, int Column, string What, string Mend, bool IsWarning);
