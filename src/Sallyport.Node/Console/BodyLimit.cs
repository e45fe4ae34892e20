using Microsoft.AspNetCore.Http.Metadata;

namespace Sallyport.Console;

/// <summary>Most bytes of the body of an endpoint that takes more than the others.</summary>
/// <param name="bytes">So many.</param>
internal sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
{
    /// <inheritdoc/>
    public long? MaxRequestBodySize => bytes;
}
