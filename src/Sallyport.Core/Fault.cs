namespace Sallyport;

/// <summary>An expected failure or a refusal, told so that a person can act on it: what, which value, and what to do.</summary>
/// <remarks>Crosses the edge as problem details (RFC 9457) or as an exit code. Holds no secret and blames nobody.</remarks>
/// <param name="Code">Stable and dotted (<c>egress.not-allowed</c>): the same in API, ledger, log, CLI and documentation.</param>
/// <param name="Detail">One sentence for this very case.</param>
/// <param name="Mend">What would change the answer, as a command where there is one.</param>
public sealed record Fault(string Code, string Detail, string Mend);
