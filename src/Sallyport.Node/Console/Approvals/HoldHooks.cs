using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;

namespace Sallyport.Console;

/// <summary>Tells people that something waits: webhooks and a command, never in the path of the request.</summary>
/// <param name="holds">What is opened.</param>
/// <param name="snapshots">Who is told.</param>
/// <param name="dialler">Dials webhooks.</param>
/// <param name="stateFolder">Where their secrets are.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
public sealed class HoldHooks(
    Holds holds, SnapshotSource snapshots, CheckedDialler dialler, string stateFolder, TimeProvider time,
    ILogger<HoldHooks> log)
{
    private const int AtOnceMax = 4;
    private static readonly TimeSpan CommandMax = TimeSpan.FromSeconds(10);

    private readonly WebhookSender sender = new(dialler, time);

    /// <summary>Tells until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Parallel.ForEachAsync(
        holds.Notices.ReadAllAsync(cancellation),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = cancellation },
        TellAsync);

    private async ValueTask TellAsync(HeldTicket ticket, CancellationToken cancellation)
    {
        var (snapshot, hold) = (snapshots.Current, ticket.Hold);
        var hooks = snapshot.Rules<HookRules>();
        var body = HoldNotice.Of(hold, snapshot.Agents.GetValueOrDefault(hold.Agent)?.Owner, hooks);
        await Task.WhenAll(
        [
            .. hooks.Webhooks.Select(hook => SendAsync(hook, hold, body, cancellation)),
            RunCommandAsync(hooks, hold, body, cancellation),
        ]);
    }

    private async Task SendAsync(Webhook hook, Hold hold, byte[] body, CancellationToken cancellation)
    {
        if (await sender.SendAsync(
            hook, Path.Combine(stateFolder, hook.SecretFile), hold.Ticket.Text, body, cancellation) is { } why)
        {
            HookLog.NotTold(log, hook.Target.Host.Text, hold.Ticket.Text, why);
        }
    }

    private async Task RunCommandAsync(HookRules hooks, Hold hold, byte[] body, CancellationToken cancellation)
    {
        if (hooks.Command is not [{ } program, .. var arguments])
        {
            return;
        }

        using var limit = new CancellationTokenSource(CommandMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                UseShellExecute = false,
                WorkingDirectory = "/",
            }) ?? throw new Win32Exception("it did not start");
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(body, either.Token);
                process.StandardInput.Close();
                await process.WaitForExitAsync(either.Token);
                if (process.ExitCode != 0)
                {
                    HookLog.NotTold(log, program, hold.Ticket.Text, $"it ended with {process.ExitCode}");
                }
            }
            catch (Exception failed) when (failed is OperationCanceledException or IOException)
            {
                process.Kill(entireProcessTree: true);
                HookLog.NotTold(log, program, hold.Ticket.Text, "it did not read its input or did not end in time");
            }
        }
        catch (Exception failed) when (failed is Win32Exception or InvalidOperationException)
        {
            HookLog.NotTold(log, program, hold.Ticket.Text, failed.Message);
        }
    }
}

internal static partial class HookLog
{
    [LoggerMessage(5201, LogLevel.Error, "{Hook} was not told that {Ticket} waits for a person: {Why}")]
    public static partial void NotTold(ILogger logger, string hook, string ticket, string why);
}
