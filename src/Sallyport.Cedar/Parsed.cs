using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Cedar;

/// <summary>What came of reading a text: a value, or every mistake that was found in it.</summary>
public sealed class Parsed<T>
    where T : class
{
    private readonly T? _value;

    internal Parsed(T value) => _value = value;

    internal Parsed(IEnumerable<Diagnostic> errors) => Errors = [.. errors];

    internal Parsed(Diagnostic error) => Errors = [error];

    /// <summary>Whether the text was read without a mistake.</summary>
    public bool Succeeded => _value is not null;

    /// <summary>The mistakes, in the order of the text; empty on success.</summary>
    public ImmutableArray<Diagnostic> Errors { get; } = [];

    /// <summary>The value.</summary>
    /// <exception cref="CedarException">The text had mistakes; the exception lists them.</exception>
    public T ValueOrThrow() => _value ?? throw new CedarException(Errors);

    /// <summary>Takes the value if there is one.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value)
    {
        value = _value;
        return value is not null;
    }
}
