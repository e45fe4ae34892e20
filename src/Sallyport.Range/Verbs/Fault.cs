namespace Sallyport.Range.Verbs;

/// <summary>The exit codes of every verb.</summary>
internal enum ExitCode
{
    Yes = 0,
    No = 1,
    Usage = 2,
    Configuration = 3,
    Unavailable = 4,
    Bug = 70,
}

/// <summary>An expected failure: a stable code, a sentence that says what and which value, and what to do.</summary>
internal sealed record Fault(string Code, string Detail, string Mend, ExitCode Exit = ExitCode.Configuration);

/// <summary>
/// Carries a <see cref="Fault"/> to the verb's edge, where it becomes two lines on stderr and an exit code.
/// </summary>
#pragma warning disable CA1032 // Without a fault it would carry nothing.
internal sealed class FaultException(Fault fault) : Exception($"{fault.Detail} {fault.Mend}")
#pragma warning restore CA1032
{
    public Fault Fault { get; } = fault;
}
