using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sallyport.Decisions;
using Sallyport.Ledger;

namespace Sallyport.Http;

/// <summary>
/// A no, as the agent gets it: a status, two stable headers, and problem details (RFC 9457) that a model can read.
/// </summary>
/// <param name="Status">Status code.</param>
/// <param name="Fault">Code, detail and mend.</param>
/// <param name="Entry">The ledger entry; null when there is none.</param>
/// <param name="Agent">The agent; null when unknown.</param>
/// <param name="Target">What was asked for.</param>
internal sealed record Refusal(int Status, Fault Fault, EntryId? Entry, string? Agent, string Target)
{
    /// <summary>Whole seconds after which the same may be allowed (RFC 9110, 10.2.3); null when that is not
    /// known.</summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>Header that carries the code: clients often throw away the body of a denied CONNECT.</summary>
    public const string CodeHeader = "Sallyport-Denied";

    /// <summary>Header that carries the entry.</summary>
    public const string DecisionHeader = "Sallyport-Decision";

    // Read by people in terminals and by models: an apostrophe is an apostrophe. Control characters are still escaped.
    private static readonly JsonWriterOptions Written = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int DrainMilliseconds = 1000;
    private const int DrainBytesMax = 256 * 1024;
    private const string Challenge = "Basic realm=\"sallyport\"";

    /// <summary>The refusal of a decided request.</summary>
    public static Refusal Of(Verdict verdict)
    {
        var deny = (Decision.Deny)verdict.Decision;
        return new Refusal(
            StatusOf(deny.Reason),
            verdict.Denial!, // a denial has its words
            verdict.Entry,
            verdict.Facts.Agent?.Value,
            verdict.Facts.Target)
        {
            RetryAfterSeconds = deny.Reason is DenyReason.LimitExceeded
                && BudgetWords.OpensIn(verdict.Facts, verdict.Facts.Time) is { } wait
                ? (long)Math.Ceiling(wait.TotalSeconds)
                : null,
        };
    }

    /// <summary>The refusal of what was allowed and then could not be done as it was allowed.</summary>
    public static Refusal Of(Verdict verdict, Fault fault) =>
        new(StatusCodes.Status403Forbidden, fault, verdict.Entry, verdict.Facts.Agent?.Value, verdict.Facts.Target);

    /// <summary>Not a denial: the upstream could not be reached or did not answer properly.</summary>
    public static Refusal Upstream(Fault fault, Verdict verdict) =>
        new(StatusCodes.Status502BadGateway, fault, verdict.Entry, verdict.Facts.Agent?.Value, verdict.Facts.Target);

    /// <summary>
    /// Writes it on a raw socket, where nothing but a CONNECT has been read. The connection is closed after it.
    /// </summary>
    public async Task WriteAsync(Socket socket, CancellationToken cancellation)
    {
        var body = Body();
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Phrase(Status)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"{CodeHeader}: {Fault.Code}\r\n")
            .Append(Entry is { } entry ? $"{DecisionHeader}: {entry}\r\n" : "")
            .Append(Status == StatusCodes.Status407ProxyAuthenticationRequired
                ? $"Proxy-Authenticate: {Challenge}\r\n"
                : "")
            .Append(RetryAfterSeconds is { } wait
                ? string.Create(CultureInfo.InvariantCulture, $"Retry-After: {wait}\r\n")
                : "")
            .Append("Content-Type: application/problem+json\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        byte[] whole = [.. Encoding.ASCII.GetBytes(head.ToString()), .. body];
        for (var sent = 0; sent < whole.Length;)
        {
            sent += await socket.SendAsync(whole.AsMemory(sent), SocketFlags.None, cancellation);
        }

        await GoodbyeAsync(socket, cancellation);
    }

    /// <summary>Writes it as the response of a request.</summary>
    public async Task WriteAsync(HttpContext context, bool close)
    {
        var response = context.Response;
        var body = Body();
        response.StatusCode = Status;
        response.Headers[CodeHeader] = Fault.Code;
        if (Entry is { } entry)
        {
            response.Headers[DecisionHeader] = entry.ToString();
        }

        if (RetryAfterSeconds is { } wait)
        {
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status407ProxyAuthenticationRequired)
        {
            response.Headers.ProxyAuthenticate = Challenge;
        }

        if (close && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        if (context.Request.Method is not "HEAD") // Any other spelling of it is another method, with a body.
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    // Closing with unread bytes resets the connection, and the reset overtakes the answer. So: say that we are
    // done, then let the client finish its sentence, within bounds.
    private static async Task GoodbyeAsync(Socket socket, CancellationToken cancellation)
    {
        socket.Shutdown(SocketShutdown.Send);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(DrainMilliseconds);
        var ignored = new byte[4096];
        try
        {
            for (var drained = 0; drained < DrainBytesMax;)
            {
                var count = await socket.ReceiveAsync(ignored, SocketFlags.None, bound.Token);
                if (count == 0)
                {
                    return;
                }

                drained += count;
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            // It had the answer, or did not want it.
        }
    }

    private static int StatusOf(DenyReason reason) => reason switch
    {
        DenyReason.NoIdentity => StatusCodes.Status407ProxyAuthenticationRequired,
        DenyReason.Malformed => StatusCodes.Status400BadRequest,
        DenyReason.Misdirected => StatusCodes.Status421MisdirectedRequest,
        DenyReason.LimitExceeded or DenyReason.LedgerQuota => StatusCodes.Status429TooManyRequests,
        DenyReason.AgentUnknown or DenyReason.Frozen or DenyReason.NotAllowed or DenyReason.MethodOrPathNotAllowed
            or DenyReason.Forbidden or DenyReason.RefusedAddress or DenyReason.PolicyForbids
            or DenyReason.NotPermitted or DenyReason.PolicyErred
            or DenyReason.ApprovalRequired or DenyReason.Unstable
            or DenyReason.MethodRefused or DenyReason.LedgerUnavailable
            or DenyReason.ApprovalDeclined or DenyReason.ApprovalExpired or DenyReason.TooManyHolds
            or DenyReason.UnheldBody or DenyReason.LedgerReserve => StatusCodes.Status403Forbidden,
    };

    private static string Phrase(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Bad Request",
        StatusCodes.Status403Forbidden => "Forbidden",
        StatusCodes.Status407ProxyAuthenticationRequired => "Proxy Authentication Required",
        StatusCodes.Status429TooManyRequests => "Too Many Requests",
        StatusCodes.Status502BadGateway => "Bad Gateway",
        _ => "Refused",
    };

    private byte[] Body()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Written))
        {
            json.WriteStartObject();
            json.WriteString("type", $"urn:sallyport:{Fault.Code}");
            json.WriteString(
                "title",
                Status == StatusCodes.Status502BadGateway ? "The upstream did not answer" : "Sallyport said no");
            json.WriteNumber("status", Status);
            json.WriteString("code", Fault.Code);
            json.WriteString("detail", Fault.Detail);
            json.WriteString("mend", Fault.Mend);
            json.WriteString("target", Target);
            WriteOptional(json, "agent", Agent);
            WriteOptional(json, "decision", Entry?.ToString());
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
