using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sallyport.Http;

/// <summary>One HTTP/1.x request head, still in the receive buffer. RFC 9112, sections 2 to 6, without its leniencies.</summary>
public readonly ref struct RequestHead
{
    /// <summary>Longest head in bytes, the blank line included.</summary>
    public const int BytesMax = 32 * 1024;

    /// <summary>Longest request line in bytes.</summary>
    public const int LineBytesMax = 8 * 1024;

    /// <summary>Most header fields.</summary>
    public const int FieldsMax = 100;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private RequestHead(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        Method = method;
        Target = target;
    }

    /// <summary>The method, as sent.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The request target, as sent.</summary>
    public ReadOnlySpan<byte> Target { get; }

    /// <summary>Whether the version is HTTP/1.0.</summary>
    public bool IsVersion10 { get; private init; }

    /// <summary>Value of the one Host field; empty when there is none.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>Value of Proxy-Authorization; empty when there is none.</summary>
    public ReadOnlySpan<byte> ProxyAuthorization { get; private init; }

    /// <summary>How the body is delimited.</summary>
    public BodyFraming Framing { get; private init; }

    /// <summary>Body bytes under <see cref="BodyFraming.Length"/>.</summary>
    public long ContentLength { get; private init; }

    /// <summary>Parses a whole head, the blank line included.</summary>
    /// <param name="bytes">From the first byte of the request line to the blank line's LF.</param>
    /// <param name="head">The head.</param>
    /// <param name="fault">What is wrong (code <c>http.*</c>), when the answer is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RequestHead head, [NotNullWhen(false)] out Fault? fault)
    {
        head = default;
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0 || end > LineBytesMax || bytes.Length > BytesMax)
        {
            fault = Bad("http.line-too-long", $"The request line or head is longer than {LineBytesMax} or {BytesMax} bytes");
            return false;
        }

        if (!TryRequestLine(bytes[..end], out var method, out var target, out var version10))
        {
            fault = Bad("http.request-line", "The request line is not 'method SP target SP HTTP/1.1' in visible ASCII");
            return false;
        }

        var fields = new Fields(version10);
        var rest = bytes[(end + 2)..];
        for (var count = 0; ; count++)
        {
            end = rest.IndexOf("\r\n"u8);
            if (end == 0)
            {
                break;
            }

            fault = end < 0 ? Bad("http.unterminated", "The head does not end with a blank line")
                : count >= FieldsMax ? Bad("http.too-many-fields", $"The head has more than {FieldsMax} fields")
                : TryField(rest[..end], ref fields);
            if (fault is not null)
            {
                return false;
            }

            rest = rest[(end + 2)..];
        }

        fault = fields.Check() ?? (!fields.HasHost || IsSameAuthority(target, fields.Host)
            ? null
            : Bad("http.host", "The Host field names another authority than the request target"));
        head = new RequestHead(method, target)
        {
            IsVersion10 = version10,
            Host = fields.Host,
            ProxyAuthorization = fields.ProxyAuthorization,
            Framing = fields.Framing,
            ContentLength = fields.ContentLength,
        };
        return fault is null;
    }

    /// <summary>What is wrong with one field line, header or trailer, without its line end; null when it is in order.</summary>
    internal static Fault? FieldFault(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].IndexOfAnyExcept(TokenBytes) >= 0)
        {
            // Covers obs-fold, a space before the colon and an empty name (RFC 9112, 5.1 and 5.2).
            return Bad("http.field-name", "A header field's name is not a token followed directly by a colon");
        }

        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t"u8);
        return value.IndexOfAny((byte)0, (byte)'\r', (byte)'\n') >= 0
            ? Bad("http.field-value", "A header field's value holds NUL, CR or LF")
            : null;
    }

    private static bool TryRequestLine(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target, out bool version10)
    {
        method = target = default;
        version10 = line.EndsWith(" HTTP/1.0"u8);
        if (!version10 && !line.EndsWith(" HTTP/1.1"u8))
        {
            return false;
        }

        line = line[..^9];
        var space = line.IndexOf((byte)' ');
        if (space <= 0 || space == line.Length - 1)
        {
            return false;
        }

        method = line[..space];
        target = line[(space + 1)..];
        return method.IndexOfAnyExcept(TokenBytes) < 0 && target.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) < 0;
    }

    // RFC 9112, 3.2.2: the target's authority wins; two that differ are two meanings.
    private static bool IsSameAuthority(ReadOnlySpan<byte> target, ReadOnlySpan<byte> host)
    {
        var scheme = "http://"u8;
        if (target.Length < scheme.Length || !Ascii.EqualsIgnoreCase(target[..scheme.Length], scheme))
        {
            return true;
        }

        var authority = target[scheme.Length..];
        var end = authority.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        return Ascii.EqualsIgnoreCase(WithoutDefaultPort(end < 0 ? authority : authority[..end]), WithoutDefaultPort(host));
    }

    private static ReadOnlySpan<byte> WithoutDefaultPort(ReadOnlySpan<byte> authority) =>
        authority.EndsWith(":80"u8) ? authority[..^3] : authority;

    private static Fault? TryField(ReadOnlySpan<byte> line, ref Fields fields) =>
        FieldFault(line, out var name, out var value) ?? fields.Take(name, value);

    private static Fault Bad(string code, string detail) => new(code, detail + ".", "Send a request that RFC 9112 allows.");

    private ref struct Fields(bool version10)
    {
        private readonly bool version10 = version10;
        private int hosts;
        private int lengths;
        private int encodings;
        private int authorizations;
        private bool chunked;
        private bool upgrade;
        private bool connectionUpgrade;

        public readonly bool HasHost => hosts > 0;

        public ReadOnlySpan<byte> Host { get; private set; }

        public ReadOnlySpan<byte> ProxyAuthorization { get; private set; }

        public long ContentLength { get; private set; }

        public readonly BodyFraming Framing => chunked ? BodyFraming.Chunked
            : upgrade && connectionUpgrade && ContentLength == 0 ? BodyFraming.Upgrade
            : ContentLength > 0 ? BodyFraming.Length
            : BodyFraming.None;

        public Fault? Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (Ascii.EqualsIgnoreCase(name, "Host"u8))
            {
                hosts++;
                Host = value;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
            {
                lengths++;
                return TryLength(value);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
            {
                encodings++;
                chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Proxy-Authorization"u8))
            {
                authorizations++;
                ProxyAuthorization = value;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Upgrade"u8))
            {
                upgrade = true;
            }
            else if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
            {
                connectionUpgrade |= HasToken(value, "upgrade"u8);
            }

            return null;
        }

        public readonly Fault? Check() =>
            lengths + encodings > 1 ? Bad("http.framing", "Content-Length and Transfer-Encoding may occur once, and not together")
            : encodings == 1 && !chunked ? Bad("http.framing", "The only transfer coding that is taken is 'chunked'")
            : encodings == 1 && version10 ? Bad("http.framing", "Transfer-Encoding has no meaning in HTTP/1.0")
            : authorizations > 1 ? Bad("http.field-twice", "Proxy-Authorization occurs twice, and may name one run only")
            : hosts > 1 || (hosts == 0 && !version10) ? Bad("http.host", "There must be exactly one Host field")
            : null;

        private Fault? TryLength(ReadOnlySpan<byte> value)
        {
            long length = 0;
            foreach (var digit in value)
            {
                if (digit is < (byte)'0' or > (byte)'9' || length > (long.MaxValue / 10) - 1)
                {
                    return Bad("http.framing", "Content-Length is not a decimal number of bytes");
                }

                length = (length * 10) + (digit - '0');
            }

            ContentLength = length;
            return value.IsEmpty ? Bad("http.framing", "Content-Length is empty") : null;
        }

        private static bool HasToken(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
        {
            foreach (var part in list.Split((byte)','))
            {
                if (Ascii.EqualsIgnoreCase(list[part].Trim(" \t"u8), token))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
