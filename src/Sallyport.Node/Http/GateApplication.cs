using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http.Forwarding;
using Sallyport.Http.Wire;
using Sallyport.Identity;

namespace Sallyport.Http;

/// <summary>One request after another: identify, parse to one target, decide, forward.</summary>
internal sealed class GateApplication(
    SnapshotSource snapshots, DecisionPoint decisions, HeldDecisions held, Channels channels, Forwarder forwarder,
        Upstreams upstreams,
    Runs runs, RunTokens tokens, TimeProvider time, ILogger<GateApplication> log) : IHttpApplication<HttpContext>
{
    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // The server owns the features; there is nothing else.
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await ServeAsync(context);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client left while it was being answered, or was cut.
            context.Abort();
        }
#pragma warning disable CA1031 // The request edge: the one place where a bug is caught.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            // The agent gets a closed door, the operator the stack.
            GateLog.Bug(log, bug);
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var connection = context.Features.GetRequiredFeature<GateFeature>();
        var snapshot = snapshots.Current;
        var run = connection.Run ?? Identify(context.Request);
        var ask = Question(context, connection, snapshot, run, out var target, out var rule);
        if (run is null || target is null)
        {
            // Without a run or a target the answer is no, whatever else is true.
            await Refusal.Of(decisions.Refuse(snapshot, run, ask)!).WriteAsync(context, close: true);
            return;
        }

        connection.BelongTo(run, channels); // Before it is decided, as every channel.
        var sending = ask.Duplex || MayHaveContent(context);
        using var exchange = new Exchange(run, snapshot, ask, context, connection, upstreams, sending)
        {
            Target = target,
        };
        using var registered = channels.Register(exchange);
        await BodyIntake.TakeAsync(context, exchange, time);
        var verdict = await held.DecideAsync(exchange, ended => HeldRequest.TakeAsync(context, exchange.Ask, ended),
            exchange.Ended);
        if (verdict.Decision is Decision.Deny)
        {
            // What follows a refused upgrade was not guarded, and an unread body would have to be read: both end the connection.
            await Refusal.Of(verdict).WriteAsync(context, close: sending || context.Request.Headers.Upgrade.Count > 0);
            return;
        }

        exchange.Opened(verdict.Entry!.Value, verdict.Reservation, verdict.IsEffect); // An allow has an entry.
        if (decisions.Overtaken(exchange, snapshots.Current) is { } overtaken)
        {
            exchange.Reservation?.Settle();
            await Refusal.Of(overtaken)
                .WriteAsync(context, close: sending || context.Request.Headers.Upgrade.Count > 0);
            return;
        }

        if (context.Request.Headers.Upgrade.Count > 0)
        {
            // What follows was not guarded; if it comes to a 101, the relay says so instead.
            context.Response.Headers.Connection = "close";
        }

        await forwarder.ForwardAsync(exchange, new Dial(target, rule!, snapshot.Rules<Sources>().Of(target.Host)), verdict, context); // An allow has a rule.
    }

    private RunState? Identify(HttpRequest request)
    {
        var values = request.Headers.ProxyAuthorization;
        return values.Count == 1 && tokens.Identify(Encoding.ASCII.GetBytes(values.ToString())) is { } id && runs.TryFind(id, out var run) ? run : null;
    }

    // The one canonical target, or null when there is none; the question says why.
    private static Ask Question(HttpContext context, GateFeature connection, Snapshot snapshot, RunState? run, out Target? target, out EgressRule? rule)
    {
        var request = context.Request;
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        (target, rule) = (null, null);
        if (connection.Refused is { } refused)
        {
            return EgressQuestion.Malformed("", "", refused);
        }

        if (request.Method.AsSpan().ContainsAnyInRange('a', 'z'))
        {
            // Methods are case-sensitive (RFC 9110, 9.1), and not everybody knows: what one takes for a method of its
            // own another takes for DELETE.
            return EgressQuestion.Malformed(request.Method, raw, new Fault(
                "http.method",
                $"The method '{Excerpt.Of(request.Method)}' has small letters in it.",
                $"Methods are case-sensitive: send {Excerpt.Of(request.Method.ToUpperInvariant())}."));
        }

        var rules = snapshot.Rules<EgressRules>();
        var sources = snapshot.Rules<Sources>();
        if (!(connection.Tunnel is { } tunnel
            ? Target.TryFromTunnel(tunnel, raw, out var parsed, out var fault)
            : Target.TryFromAbsoluteForm(raw, out parsed, out fault)))
        {
            // A method without a path (CONNECT over HTTP/2) is refused for what it is.
            return connection.Tunnel is { } opened && HttpMethods.IsConnect(request.Method)
                ? EgressQuestion.For(request.Method, opened, new RuleMatch.MethodRefused(), sources.Of(opened.Host).Source)
                : EgressQuestion.Malformed(request.Method, raw, fault!); // No target means a fault.
        }

        var duplex = UpgradeRelay.IsWanted(request);
        var source = sources.Of(parsed.Host).SourceAt(parsed, duplex);
        if (IsRefusedMethod(context))
        {
            return EgressQuestion.For(request.Method, parsed, new RuleMatch.MethodRefused(), source);
        }

        if (connection.Tunnel is not null && !Names(request.Host.Value ?? "", parsed))
        {
            var misdirected = new RuleMatch.Misdirected(Excerpt.Of(request.Host.Value));
            return EgressQuestion.For(request.Method, parsed, misdirected, source);
        }

        var traits = duplex ? RequestTraits.Channel
            : MayHaveContent(context) ? RequestTraits.Content
            : RequestTraits.None;
        var match = RequestMatch.Of(rules, run?.Agent, request.Method, parsed, traits, out rule);
        if (match is RuleMatch.Malformed)
        {
            return EgressQuestion.For(request.Method, parsed, match, source);
        }

        target = parsed;
        var content = traits.HasFlag(RequestTraits.Content);
        return EgressQuestion.For(
            request.Method, parsed, match, source, duplex, content,
            RequestOrigins.Of(parsed, request, match, rule), request.ContentLength);
    }

    // HTTP/1.1: Content-Length above 0 or Transfer-Encoding (RFC 9112, 6). HTTP/2: a head that does not end the stream.
    private static bool MayHaveContent(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    // TRACE echoes what we add; CONNECT inside a tunnel would hide what is in it.
    private static bool IsRefusedMethod(HttpContext context) =>
        HttpMethods.IsTrace(context.Request.Method)
        || HttpMethods.IsConnect(context.Request.Method)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    private static bool Names(string host, Target target) =>
        Target.TryFromAuthority(host, out var named, out _)
            ? named.Host == target.Host && named.Port == target.Port
            : Host.TryParse(host, out var bare) && bare == target.Host && target.IsDefaultPort;
}

internal static partial class GateLog
{
    [LoggerMessage(4301, LogLevel.Error, "a bug ended a request")]
    public static partial void Bug(ILogger logger, Exception bug);
}
