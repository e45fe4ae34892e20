namespace Sallyport.Perimeter;

/// <summary>A place in a file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
public sealed record Position(int Line, int Column);

/// <summary>A piece of configuration that remembers where it is written. Closed; doubled keys are kept, so that both
/// can be named.</summary>
/// <param name="Position">Where it begins.</param>
public abstract record ConfigNode(Position Position)
{
    /// <summary>A text; numbers and words are texts too until something reads them. Empty when nothing is
    /// written.</summary>
    /// <param name="Text">The text.</param>
    /// <param name="Position">Where it begins.</param>
    public sealed record Scalar(string Text, Position Position) : ConfigNode(Position);

    /// <summary>A list.</summary>
    /// <param name="Items">Its items.</param>
    /// <param name="Position">Where it begins.</param>
    public sealed record Sequence(IReadOnlyList<ConfigNode> Items, Position Position) : ConfigNode(Position);

    /// <summary>Keys with values, in the order in which they are written.</summary>
    /// <param name="Entries">Its entries.</param>
    /// <param name="Position">Where it begins.</param>
    public sealed record Mapping(IReadOnlyList<ConfigEntry> Entries, Position Position) : ConfigNode(Position);
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
public sealed record ConfigEntry(ConfigNode.Scalar Key, ConfigNode Value);
