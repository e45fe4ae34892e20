using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tlog;

/// <summary>A value, or the fault that stands in its place.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public sealed class Result<T>
    where T : notnull
{
    private readonly T? _value;

    private Result(T? value, TlogFault? fault)
    {
        _value = value;
        Fault = fault;
    }

    /// <summary>Why there is no value; null when there is one.</summary>
    public TlogFault? Fault { get; }

    /// <summary>A result that holds a value.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A result that holds a fault.</summary>
    public static implicit operator Result<T>(TlogFault fault) => new(default, fault);

    /// <summary>Takes the value, or else the fault.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out TlogFault? fault)
    {
        value = _value;
        fault = Fault;
        return fault is null;
    }

    /// <summary>Takes the value where a fault would be a bug.</summary>
    /// <exception cref="InvalidOperationException">There is a fault.</exception>
    public T ValueOrThrow() =>
        Fault is null ? _value! : throw new InvalidOperationException(Fault.ToString()); // not null: no fault
}
