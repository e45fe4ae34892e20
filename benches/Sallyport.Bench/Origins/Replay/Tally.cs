namespace Sallyport.Bench.Origins;

/// <summary>How often arguments were answered as what.</summary>
internal sealed class Tally
{
    private const int ShownMax = 12;
    private readonly List<string> examples = [];

    /// <summary>Texts that were read as untrusted.</summary>
    public int Texts { get; set; }

    /// <summary>Runs whose index did not hold all that they read: their answers prove nothing.</summary>
    public int Opaque { get; set; }

    /// <summary>Pieces of untrusted text that were said, in all disguises.</summary>
    public Rate Foreign { get; } = new();

    /// <summary>Of these, how many the brief says too, in the same words: <c>brief</c> is the right answer.</summary>
    public int SaidByBoth { get; set; }

    /// <summary>Of these, how many were called <c>composed</c>: known words in a new order, never a
    /// destination.</summary>
    public int Composed { get; set; }

    /// <summary>Values that a stranger made to be like one of the brief's.</summary>
    public Rate Near { get; } = new();

    /// <summary>Values that stand nowhere.</summary>
    public Rate Nowhere { get; } = new();

    /// <summary>Values of the brief; wrong is any answer but <c>brief</c>.</summary>
    public Rate Brief { get; } = new();

    /// <summary>Values of trusted text; wrong is any answer without <c>trusted</c>.</summary>
    public Rate Trusted { get; } = new();

    /// <summary>The first that were answered wrong, as a person may read them.</summary>
    public IReadOnlyList<string> Examples => examples;

    /// <summary>Notes a wrong answer.</summary>
    public void Note(string what, Disguise disguise, string value, IEnumerable<string> words)
    {
        if (examples.Count < ShownMax)
        {
            var said = Uri.EscapeDataString(disguise.Apply(value));
            examples.Add($"{what}, {disguise.Name}: {said} is [{string.Join(',', words)}]");
        }
    }
}

/// <summary>Of how many how many were answered wrong.</summary>
internal sealed class Rate
{
    /// <summary>How many.</summary>
    public int Of { get; private set; }

    /// <summary>Wrong ones.</summary>
    public int Wrong { get; private set; }

    /// <summary>One more.</summary>
    public void Count(bool isWrong) => (Of, Wrong) = (Of + 1, Wrong + (isWrong ? 1 : 0));

    /// <inheritdoc/>
    public override string ToString() => Of == 0 ? "none" : $"{Wrong:N0} of {Of:N0} = {100.0 * Wrong / Of:0.####} %";
}
