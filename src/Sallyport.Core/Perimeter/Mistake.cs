namespace Sallyport.Perimeter;

/// <summary>One thing that is wrong, or probably not meant, with its place.</summary>
/// <param name="File">File name within the perimeter folder.</param>
/// <param name="Position">Where.</param>
/// <param name="What">What is wrong, with the value.</param>
/// <param name="Mend">What to do.</param>
public sealed record Mistake(string File, Position Position, string What, string Mend)
{
    /// <summary><c>sallyport.yaml:12:5: what. Mend.</c>: one line, in the form that editors jump to.</summary>
    public override string ToString() =>
        $"{File}:{Position.Line}:{Position.Column}: {What}. {Mend}{(Mend.EndsWith('?') ? "" : ".")}";
}

/// <summary>Gathers what is found while a file is compiled.</summary>
internal sealed class Findings(string file)
{
    private readonly List<Mistake> mistakes = [];
    private readonly List<Mistake> warnings = [];

    public string File { get; } = file;

    public bool HasMistakes => mistakes.Count > 0;

    /// <summary>How many mistakes were found so far.</summary>
    public int Count => mistakes.Count;

    public void Add(Position position, string what, string mend) =>
        mistakes.Add(new Mistake(File, position, what, mend));

    public void Warn(Position position, string what, string mend) =>
        warnings.Add(new Mistake(File, position, what, mend));

    /// <summary>What is wrong in another file that the configuration names.</summary>
    public void AddIn(string other, Position position, string what, string mend, bool isWarning) =>
        (isWarning ? warnings : mistakes).Add(new Mistake(other, position, what, mend));

    public Compilation Result(CompiledPerimeter? perimeter) =>
        new(HasMistakes ? null : perimeter, [.. InOrder(mistakes)], [.. InOrder(warnings)]);

    /// <summary>Every mistake, in the order of their places.</summary>
    public IEnumerable<Mistake> Mistakes => InOrder(mistakes);

    /// <summary>Every warning, in the order of their places.</summary>
    public IEnumerable<Mistake> Warnings => InOrder(warnings);

    // The configuration itself first, then the files that it names. What policies and their shadow share is told once.
    private IEnumerable<Mistake> InOrder(IEnumerable<Mistake> of) => of
        .Distinct()
        .OrderBy(mistake => mistake.File != File)
        .ThenBy(mistake => mistake.File, StringComparer.Ordinal)
        .ThenBy(mistake => mistake.Position.Line)
        .ThenBy(mistake => mistake.Position.Column);
}
