using Microsoft.AspNetCore.Http;

namespace Sallyport.Range.Moltbook;

/// <summary>Any key of the right form opens the range: there is nothing behind it to protect.</summary>
internal static class BearerKey
{
    private const string Scheme = "Bearer ";
    private const string Form = "moltbook_";

    public static bool IsPresent(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && header.AsSpan(Scheme.Length).Trim().StartsWith(Form, StringComparison.Ordinal)
            && header.AsSpan(Scheme.Length).Trim().Length > Form.Length;
    }
}
