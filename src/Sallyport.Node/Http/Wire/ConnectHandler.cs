using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http.Forwarding;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Http.Wire;

/// <summary>CONNECT, on the raw socket: refused, relayed as a tunnel, or handed on for inspection.</summary>
internal sealed class ConnectHandler(
    SnapshotSource snapshots, DecisionPoint decisions, Interlock interlock, Channels channels, CheckedDialler dialler,
    Sequencer sequencer, Runs runs, RunTokens tokens, TimeProvider time, ILogger<ConnectHandler> log)
{
    /// <summary>A head that is not whole by then is given up.</summary>
    public const int HeadSeconds = 30;

    private static readonly ReadOnlyMemory<byte> Established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    /// <summary>Serves a CONNECT.</summary>
    /// <returns>What Kestrel needs to know when the connection is to be inspected; null when it is served or refused.</returns>
    public async Task<GateFeature?> HandleAsync(Socket client, RunState? run)
    {
        var snapshot = snapshots.Current;
        var question = await ReadAsync(client, snapshot, run);
        if (question is null)
        {
            return null;
        }

        if (question is { Tunnel: { } rule, Run: { } owner, Target: { } target })
        {
            var tunnel = new Tunnel(owner, snapshot, question.Ask, client) { Target = target };
            await TunnelAsync(tunnel, client, target, rule);
            return null;
        }

        if (decisions.Refuse(snapshot, question.Run, question.Ask) is { } denied)
        {
            await RefuseAsync(client, denied);
            return null;
        }

        // Nothing is dialled for this CONNECT: each request inside is decided, recorded and dialled on its own.
        await SendAsync(client, Established);
        return new GateFeature { Socket = client, Run = question.Run, Tunnel = question.Target };
    }

    private async Task<Question?> ReadAsync(Socket client, Snapshot snapshot, RunState? run)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(RawHead.BytesMax);
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(HeadSeconds), time);
            var length = await RawHead.ReadAsync(client, buffer.AsMemory(0, RawHead.BytesMax), deadline.Token);
            return length == 0 ? null : Parse(buffer.AsSpan(0, length), snapshot, run);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // It may hold a token.
        }
    }

    private Question Parse(ReadOnlySpan<byte> bytes, Snapshot snapshot, RunState? run)
    {
        if (!RequestHead.TryParse(bytes, out var head, out var fault))
        {
            return new Question(run, null, null, EgressQuestion.Malformed("CONNECT", FirstLine(bytes), fault));
        }

        var text = Encoding.ASCII.GetString(head.Target);
        run ??= tokens.Identify(head.ProxyAuthorization) is { } id && runs.TryFind(id, out var found) ? found : null;
        if (!Target.TryFromAuthority(text, out var target, out fault)
            || (fault = Contradiction(head, target)) is not null)
        {
            return new Question(run, null, null, EgressQuestion.Malformed("CONNECT", text, fault));
        }

        var rules = snapshot.Rules<EgressRules>();
        EgressRule? rule = null;
        var match = run is null ? new RuleMatch.None() : rules.MatchConnect(run.Agent, target, out rule);
        var inspect = rule is not { Mode: ConnectMode.Tunnel };
        var source = snapshot.Rules<Sources>().Of(target.Host).SourceAt(target, isChannel: !inspect);
        var trace = inspect ? null : RequestOrigins.Of(target, request: null, match, rule);
        var ask = EgressQuestion.For("CONNECT", target, match, source, duplex: !inspect, trace: trace);
        return new Question(run, target, inspect ? null : rule, ask);
    }

    // RFC 9110, 9.3.6: a CONNECT has no content, and Host says the same as the target.
    private static Fault? Contradiction(RequestHead head, Target target)
    {
        if (head.Framing is not BodyFraming.None)
        {
            return new Fault("http.framing", "A CONNECT request has no body.", "Send the bytes after the tunnel is open.");
        }

        return head.Host.IsEmpty || Names(head.Host, target)
            ? null
            : new Fault("http.host", $"Host names '{Excerpt.Of(Encoding.ASCII.GetString(head.Host))}' and the request {target.HostAndPort}.", "Send the same authority in both places.");
    }

    private static bool Names(ReadOnlySpan<byte> hostField, Target target)
    {
        var text = Encoding.ASCII.GetString(hostField);
        return Target.TryFromAuthority(text, out var named, out _)
            ? named.Host == target.Host && named.Port == target.Port
            : Host.TryParse(text, out var host) && host == target.Host;
    }

    private async Task TunnelAsync(Tunnel tunnel, Socket client, Target target, EgressRule rule)
    {
        var (run, snapshot, ask) = (tunnel.Run, tunnel.Snapshot, tunnel.Ask);
        using var registered = channels.Register(tunnel);
        var verdict = await decisions.DecideAsync(snapshot, run, ask, CancellationToken.None);
        if (verdict.Decision is Decision.Deny)
        {
            await RefuseAsync(client, verdict);
            return;
        }

        var id = verdict.Entry!.Value; // An allow has an entry.
        tunnel.Opened(id, verdict.Reservation, verdict.IsEffect);
        if (decisions.Overtaken(tunnel, snapshots.Current) is { } overtaken)
        {
            tunnel.Reservation?.Settle();
            await RefuseAsync(client, overtaken);
            return;
        }

        dialler.Tally.Began();

        var end = "failed";
        try
        {
            end = await OpenAsync(tunnel, client, new Dial(target, rule, snapshot.Rules<Sources>().Of(target.Host)), verdict);
        }
        finally
        {
            if (tunnel.CutBy == LimitWords.Code)
            {
                sequencer.Append(LimitCut.Of(tunnel, id));
            }

            // An allow has its end recorded whatever happens.
            tunnel.Reservation?.Settle();
            Observe(tunnel, id, end);
            dialler.Tally.Replied();
            WireLog.TunnelEnded(log, run.Agent.Value, target.HostAndPort, tunnel.BytesSent, tunnel.BytesReceived, end);
        }
    }

    private async Task<string> OpenAsync(Tunnel tunnel, Socket client, Dial dial, Verdict verdict)
    {
        // Labels before the dial: whether and when it succeeds is the other side's to choose (P4).
        if (!await interlock.JoinAsync(tunnel, CancellationToken.None))
        {
            await RefuseAsync(client, verdict with { Decision = new Decision.Deny(DenyReason.LedgerUnavailable) });
            return "cut";
        }

        tunnel.Dials++;
        var read = tunnel.Ask.Source with { Labels = tunnel.Brings };
        tunnel.Run.Texts.MarkOpaque(RunTexts.TrustOf(read), RunTexts.PlaceOf(read, tunnel.Ask.Host),
            read.Labels.IsConfidentialTo(LabelSet.Empty));
        var dialled = await dialler.DialAsync(dial.Target, dial.Rule, dial.Upstream, CancellationToken.None);
        if (dialled is DialResult.Failed failed)
        {
            await Refusal.Upstream(failed.Fault, verdict).WriteAsync(client, CancellationToken.None);
            return "upstream-failed";
        }

        using var upstream = ((DialResult.Connected)dialled).Socket;
        if (tunnel.CutBy is null)
        {
            try
            {
                await SendAsync(client, Established);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The relay meets the same end, and says whose it was.
            }
        }

        return await tunnel.RelayAsync(upstream);
    }

    private void Observe(Tunnel tunnel, EntryId decision, string end) => sequencer.Append(new LedgerEntry.Observed
    {
        Decision = decision,
        Run = tunnel.Run.Id,
        Agent = tunnel.Run.Agent,
        Target = tunnel.Ask.Target,
        Host = tunnel.Ask.Host,
        Status = 0,
        BytesSent = tunnel.BytesSent,
        BytesReceived = tunnel.BytesReceived,
        DigestSent = "",
        DigestReceived = "",
        Labels = tunnel.Brings,
        End = end,
        Dials = tunnel.Dials,
    });

    private static Task RefuseAsync(Socket client, Verdict verdict) => Refusal.Of(verdict).WriteAsync(client, CancellationToken.None);

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
        }
    }

    private static string FirstLine(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes[..bytes.IndexOf("\r\n"u8)]);

    private sealed record Question(RunState? Run, Target? Target, EgressRule? Tunnel, Ask Ask);
}
