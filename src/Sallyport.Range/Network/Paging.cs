using System.Buffers.Text;
using System.Text;

namespace Sallyport.Range.Network;

/// <summary>
/// A place in an ordered list: the item after which to go on. Opaque to clients (base64url), stable while new items
/// arrive before it.
/// </summary>
internal sealed record Cursor(string Order, Guid After)
{
    // An order's name, a colon and 36 characters of UUID, in base64url: nothing longer can be one of ours.
    private const int TextLengthMax = 128;

    public static Cursor? Parse(string text)
    {
        if (text.Length > TextLengthMax || !Base64Url.IsValid(text))
        {
            return null;
        }

        var plain = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        var colon = plain.LastIndexOf(':');
        return colon > 0 && Guid.TryParseExact(plain.AsSpan(colon + 1), "D", out var after)
            ? new Cursor(plain[..colon], after)
            : null;
    }

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Order}:{After:D}"));
}

/// <summary>Which part of a list is wanted: by offset (G0, G1) or after a cursor (G2).</summary>
internal sealed record PageRequest(int Limit, int Offset, Cursor? After);

/// <summary>One part of a list. <see cref="Offset"/> counts the items before it.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, int Limit, int Offset, bool HasMore, string? NextCursor)
{
    public int NextOffset => Offset + Items.Count;

    /// <summary>Null when the cursor names an item that is not in the list.</summary>
    public static Page<T>? Cut(IReadOnlyList<T> all, PageRequest request, string order, Func<T, Guid> id)
    {
        var start = Math.Min(request.Offset, all.Count);
        if (request.After is { } cursor)
        {
            start = 1 + IndexOf(all, cursor.After, id);
            if (start == 0)
            {
                return null;
            }
        }

        var end = Math.Min(start + request.Limit, all.Count);
        var items = new T[end - start];
        for (var index = start; index < end; index++)
        {
            items[index - start] = all[index];
        }

        var hasMore = end < all.Count;
        return new Page<T>(
            items, request.Limit, start, hasMore, hasMore ? new Cursor(order, id(items[^1])).ToString() : null);
    }

    private static int IndexOf(IReadOnlyList<T> all, Guid wanted, Func<T, Guid> id)
    {
        for (var index = 0; index < all.Count; index++)
        {
            if (id(all[index]) == wanted)
            {
                return index;
            }
        }

        return -1;
    }
}
