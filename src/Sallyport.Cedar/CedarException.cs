using System.Collections.Immutable;

namespace Sallyport.Cedar;

/// <summary>
/// Thrown by <see cref="Parsed{T}.ValueOrThrow"/> for a text with mistakes, and by calls whose arguments contradict a
/// policy set.
/// </summary>
public sealed class CedarException : Exception
{
    /// <summary>An exception without diagnostics.</summary>
    public CedarException()
    {
    }

    /// <summary>An exception with a message of its own.</summary>
    public CedarException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public CedarException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception that lists every mistake.</summary>
    public CedarException(ImmutableArray<Diagnostic> diagnostics)
        : base(string.Join('\n', diagnostics)) => Diagnostics = diagnostics;

    /// <summary>The mistakes; empty if there is only a message.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; } = [];
}
