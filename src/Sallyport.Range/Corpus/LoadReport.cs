namespace Sallyport.Range.Corpus;

/// <summary>A line that could not be used: where it stands and why. It never holds the line's text.</summary>
internal sealed record BadLine(string File, long Line, string Why)
{
    public override string ToString() => $"{File}:{Line}: {Why}";
}

/// <summary>What loading found besides posts and comments. All counts are lines.</summary>
internal sealed class LoadReport
{
    /// <summary>Only so many bad lines are kept with their position; all are counted.</summary>
    public const int BadLinesKeptMax = 100;

    private readonly List<BadLine> badLines = [];

    public IReadOnlyList<BadLine> BadLines => badLines;

    public int BadCount { get; private set; }

    /// <summary>Records of a kind that is not a post or comment, such as statistics about agents.</summary>
    public int OtherKinds { get; private set; }

    public int Duplicates { get; private set; }

    public int Files { get; private set; }

    public void AddFile() => Files++;

    public void AddOtherKind() => OtherKinds++;

    public void AddDuplicate() => Duplicates++;

    public void AddBad(BadLine bad)
    {
        BadCount++;
        if (badLines.Count < BadLinesKeptMax)
        {
            badLines.Add(bad);
        }
    }
}
