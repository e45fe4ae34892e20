namespace Sallyport.Flow;

/// <summary>How the text of a body is written.</summary>
internal enum ContentKind
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>With JSON escapes.</summary>
    Json,

    /// <summary>With character references of HTML or XML.</summary>
    Markup,
}

/// <summary>
/// Content types that are indexed. Everything else is opaque: an image carries text to an agent that sees.
/// </summary>
internal static class ContentKinds
{
    /// <summary>The kind of a content type; null: opaque.</summary>
    /// <param name="contentType">The header field; empty is read as plain text, and is opaque if it turns out not to be
    /// UTF-8.</param>
    public static ContentKind? Of(string contentType)
    {
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var type = (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
        return type switch
        {
            "" => ContentKind.Plain,
            "text/html" or "application/xhtml+xml" or "application/xml" or "text/xml" => ContentKind.Markup,
            "application/json" or "application/x-ndjson" or "application/jsonl" or "text/json" or "text/event-stream"
                or "application/json-seq" => ContentKind.Json,
            "application/javascript" or "application/yaml" or "application/x-yaml" or "application/toml"
                or "application/x-www-form-urlencoded" or "application/graphql" or "application/x-sh" =>
                    ContentKind.Plain,
            _ when type.EndsWith("+json", StringComparison.Ordinal) => ContentKind.Json,
            _ when type.EndsWith("+xml", StringComparison.Ordinal) && type != "image/svg+xml" => ContentKind.Markup,
            _ when type.StartsWith("text/", StringComparison.Ordinal) => ContentKind.Plain,
            _ => null,
        };
    }
}
