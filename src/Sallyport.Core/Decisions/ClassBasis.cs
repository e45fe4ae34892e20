namespace Sallyport.Decisions;

/// <summary>What an act has its class from: a denial says it.</summary>
public enum ClassBasis
{
    /// <summary>The rule declares it.</summary>
    Rule,

    /// <summary>
    /// The rule declares nothing: the method says it (<see cref="ActionClass.Read"/> for GET and HEAD).
    /// </summary>
    Method,

    /// <summary>It would be a read by its method, and carries content: whoever sends a body acts.</summary>
    Content,

    /// <summary>
    /// It would be a read, and its address or a header field carries untrusted or confidential text to somebody else
    /// (promise P5).
    /// </summary>
    Carried,

    /// <summary>It sends and reads at once (tunnel, WebSocket), whatever it began as.</summary>
    Channel,
}
