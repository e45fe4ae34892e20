namespace Sallyport.Http;

/// <summary>How the body after a head is delimited (RFC 9112, 6.3).</summary>
public enum BodyFraming
{
    /// <summary>No body.</summary>
    None,

    /// <summary>Content-Length bytes.</summary>
    Length,

    /// <summary>The chunked coding.</summary>
    Chunked,

    /// <summary>The head asks for an upgrade: what follows is not HTTP if the upgrade is granted.</summary>
    Upgrade,
}
