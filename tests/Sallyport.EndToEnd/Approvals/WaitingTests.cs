using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.EndToEnd.Stage;
using static Sallyport.EndToEnd.Approvals.ApprovalStage;

namespace Sallyport.EndToEnd.Approvals;

// What happens while nobody has answered yet: the request waits, people are told, and time passes.
public sealed class WaitingTests
{
    [Fact]
    public async Task A_request_that_waits_is_sent_when_it_is_approved()
    {
        await using var stage = new ApprovalStage("{ wait: 60s }");
        await stage.InitializeAsync();
        var (_, client) = await stage.TaintedAsync();
        using var own = client;
        var paying = PayAsync(client, "patient");
        var ticket = await TicketAsync(stage);
        Assert.False(paying.IsCompleted);
        Assert.Empty(stage.Arrived);
        await stage.ApproveAsync(ticket);
        using var paid = await Eventually.Within(paying);
        Assert.Equal((HttpStatusCode.OK, "paid"), (paid.StatusCode, await paid.Content.ReadAsStringAsync()));
        Assert.Equal(["patient"], stage.Arrived, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_freeze_ends_a_request_that_waits()
    {
        await using var stage = new ApprovalStage("{ wait: 60s }");
        await stage.InitializeAsync();
        var (_, client) = await stage.TaintedAsync();
        using var own = client;
        var paying = PayAsync(client, "patient");
        var ticket = await TicketAsync(stage);
        await stage.Gate.FreezeAsync("agent:research");
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => (await paying).Dispose());
        await stage.ThawAsync();
        Assert.Contains(
            await RefusedAsync(() => stage.ApproveAsync(ticket)), (string[])["approval.answered", "approval.unknown"]);
        Assert.Empty(stage.Arrived);
    }

    [Fact]
    public async Task What_nobody_answers_expires_with_an_entry()
    {
        await using var stage = new ApprovalStage("{ wait: 0s, expire: 1s }");
        await stage.InitializeAsync();
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client, "late");
        var expired = await stage.Gate.EntryAsync(
            run, "kind=approval", entry => entry.GetProperty("change").GetString() == "expired");
        Assert.Equal(ticket, expired.GetProperty("ticket").GetString());
        Assert.Equal("approval.unknown", await RefusedAsync(() => stage.ApproveAsync(
            ticket, new Console.ApproveRequest())));
        Assert.NotEqual(ticket, await stage.HeldAsync(client, "late"), StringComparer.Ordinal);
    }

    // The receiver verifies as docs/guide/approvals.md tells people to.
    [Fact]
    public async Task A_webhook_is_signed_and_says_who_what_why_and_until_when()
    {
        var secret = RandomNumberGenerator.GetBytes(24);
        var heard = new ConcurrentQueue<(string Id, string Time, string Signature, byte[] Body)>();
        using var ca = new TestCa();
        await using var receiver = await Origin.StartAsync(ca.Issue("hooks.test"));
        var tries = 0;
        receiver.On("/approvals", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers;
            heard.Enqueue((
                headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(),
                headers["webhook-signature"].ToString(), body.ToArray()));
            context.Response.StatusCode = ++tries == 1 ? 503 : 204; // The first time it is not there.
        });
        var told = Path.Combine(Path.GetTempPath(),
            $"sallyport-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}");
        await using var stage = new ApprovalStage(
            $$"""
            { webhooks: [{ url: "https://hooks.test/approvals", secret: hook.secret,
                address: "{{receiver.Tls}}", ca: hooks.pem }],
                command: [/bin/sh, -c, "cat > {{told}}.part; mv {{told}}.part {{told}}"],
                link: "https://ops.test/{ticket}" }
            """);
        stage.Gate.Files["hooks.pem"] = ca.Pem;
        await stage.InitializeAsync();
        await File.WriteAllTextAsync(
            Path.Combine(stage.Gate.State.Root, "hook.secret"), $"whsec_{Convert.ToBase64String(secret)}\n");
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client, "the body is nobody's business");

        await Eventually.TrueAsync(() => heard.Count == 2, "the webhook is not told again after a failure");
        Assert.All(heard, message =>
        {
            var signed = Encoding.ASCII.GetBytes($"{message.Id}.{message.Time}.").Concat(message.Body).ToArray();
            Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed)), message.Signature);
            Assert.Equal(ticket, message.Id);
            Assert.True(long.TryParse(message.Time, CultureInfo.InvariantCulture, out _));
        });
        var text = Encoding.UTF8.GetString(heard.First().Body);
        var data = JsonElement.Parse(text).GetProperty("data");
        Assert.Equal(
            ("research", run.Id, "POST", "http://notes.test/pay?x=1", "the run has read untrusted text"),
            (At(data, "who", "agent"), At(data, "who", "run"), At(data, "what", "method"), At(data, "what", "target"),
                At(data, "why", "reason")));
        Assert.Equal($"https://ops.test/{ticket}", data.GetProperty("link").GetString());
        Assert.Equal(
            TimeSpan.FromHours(1),
            data.GetProperty("expires").GetDateTimeOffset()
                - JsonElement.Parse(text).GetProperty("timestamp").GetDateTimeOffset());
        Assert.DoesNotContain("nobody's business", text, StringComparison.Ordinal);

        await Eventually.TrueAsync(() => File.Exists(told), "the command is not told");
        Assert.Equal(text, await File.ReadAllTextAsync(told));
        File.Delete(told);
    }

    [Fact]
    public async Task Status_and_approvals_say_how_often_people_are_asked()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        await stage.HeldAsync(client, "1");
        await stage.HeldAsync(client, "2");
        var holds = await stage.Gate.Client.GetAsync("holds", Console.ApiJson.Default.HoldsView,
            CancellationToken.None);
        Assert.Equal((2, 2, 2d), (holds.Load.Waiting, holds.Load.Opened, holds.Load.PerRunHour));
        Assert.Equal((run.Id, 2), (Assert.Single(holds.Runs).Run, holds.Runs[0].Opened));
        Assert.True(Assert.Single(holds.Operators).HasKey);
        var status = await stage.Gate.Client.GetAsync("status", Console.ApiJson.Default.StatusView,
            CancellationToken.None);
        Assert.Equal(holds.Load, status.Holds);
    }

    private static async Task<string> TicketAsync(ApprovalStage stage)
    {
        Console.HoldsView? holds = null;
        await Eventually.TrueAsync(
            async () => (holds = await stage.Gate.Client.GetAsync(
                "holds", Console.ApiJson.Default.HoldsView, CancellationToken.None)).Holds.Count > 0,
            () => "nothing waits");
        return holds!.Holds[0].Ticket; // there is one
    }

    private static string? At(JsonElement data, string part, string name) =>
        data.GetProperty(part).GetProperty(name).GetString();
}
