using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sallyport.Range.Network;

namespace Sallyport.Range.Moltbook;

/// <summary>
/// The paging parameters of a list, read as the live server does: what is no number is the default, what is too big is
/// cut.
/// </summary>
internal static class PageQuery
{
    /// <summary>Null when the cursor is not one that this list gave.</summary>
    public static PageRequest? Read(HttpContext context, string order, int limitDefault, int limitMax)
    {
        var query = context.Request.Query;
        var limit = Math.Clamp(Number(query["limit"].FirstOrDefault(), limitDefault), 1, limitMax);
        var offset = Math.Max(Number(query["offset"].FirstOrDefault(), 0), 0);
        if (query["cursor"].FirstOrDefault() is not { Length: > 0 } text)
        {
            return new PageRequest(limit, offset, After: null);
        }

        return Cursor.Parse(text) is { } cursor && cursor.Order == order
            ? new PageRequest(limit, offset, cursor)
            : null;
    }

    private static int Number(string? text, int otherwise)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return (int)Math.Clamp(number, int.MinValue, int.MaxValue);
        }

        // More digits than a long holds are still a (huge) number.
        return text is { Length: > 0 } && text.All(char.IsAsciiDigit) ? int.MaxValue : otherwise;
    }
}
