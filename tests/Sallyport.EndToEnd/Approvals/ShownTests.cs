using System.Net;
using System.Text;
using Sallyport.Console;
using static Sallyport.EndToEnd.Approvals.ApprovalStage;

namespace Sallyport.EndToEnd.Approvals;

// What a person is shown before they say yes: all of it, but for what opens something.
public sealed class ShownTests(ApprovalStage stage) : IClassFixture<ApprovalStage>
{
    [Fact]
    public async Task The_whole_body_and_the_values_of_fields_are_shown_and_credentials_are_not()
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var body = $"{run.Id} {new string('x', 10_000)} the end";
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://notes.test/pay?x=1");
        request.Content = new StringContent(body);
        request.Headers.Add("X-Account", "acme");
        request.Headers.Add("Authorization", "Bearer s3cret");
        request.Headers.Add("X-Api-Key", "s3cret");
        using var held = await client.SendAsync(request, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Forbidden, held.StatusCode);

        var all = await stage.Gate.Client.GetAsync("holds", ApiJson.Default.HoldsView, CancellationToken.None);
        var shown = all.Holds.Single(hold => hold.Run == run.Id);
        Assert.True(shown.IsShown);
        Assert.Equal((body.Length, body[..4096]), (shown.BodyBytes, shown.BodyStart));
        Assert.Equal("acme", Value(shown, "X-Account"));
        Assert.Null(Value(shown, "Authorization"));
        Assert.Null(Value(shown, "X-Api-Key"));
        Assert.Equal(["alice"], shown.Approvers, StringComparer.Ordinal);
        Assert.Equal(
            body, Encoding.UTF8.GetString(await stage.Gate.Client.BytesAsync(
                $"holds/{shown.Ticket}/body", CancellationToken.None)));
    }

    // After a restart only the digest is left: who says yes then says yes to what they cannot look at, and has to say
    // so.
    [Fact]
    public async Task What_cannot_be_shown_is_approved_only_by_who_says_so()
    {
        await using var own = new ApprovalStage();
        await own.InitializeAsync();
        var (_, client) = await own.TaintedAsync();
        var ticket = await own.HeldAsync(client);
        client.Dispose();
        await own.Gate.StopNodeAsync();
        await own.Gate.StartNodeAsync();
        Assert.False((await own.HoldAsync(ticket)).IsShown);
        Assert.Equal("approval.body-gone", await RefusedAsync(
            () => own.Gate.Client.BytesAsync($"holds/{ticket}/body", CancellationToken.None)));
        var signature = await own.SignAsync(ticket);
        Assert.Equal("approval.unseen", await RefusedAsync(
            () => own.ApproveAsync(ticket, new ApproveRequest(Signature: signature))));
        Assert.Equal("given", (await own.ApproveAsync(
            ticket, new ApproveRequest(Signature: signature, Unseen: true))).State);
    }

    // A rate that is asked by runs of one request each is a rate too.
    [Fact]
    public async Task Runs_that_have_ended_count_in_how_often_people_are_asked()
    {
        await using var own = new ApprovalStage();
        await own.InitializeAsync();
        for (var run = 0; run < 3; run++)
        {
            var (tainted, client) = await own.TaintedAsync();
            await own.HeldAsync(client, $"{run}");
            client.Dispose();
            await own.Gate.EndRunAsync(tainted);
        }

        var load = (await own.Gate.Client.GetAsync("holds", ApiJson.Default.HoldsView, CancellationToken.None)).Load;
        Assert.Equal((0, 3, 1), (load.Waiting, load.Opened, load.PerRunHour));
    }

    [Fact]
    public async Task Where_nobody_may_approve_it_is_said_before_anybody_signs()
    {
        await using var own = new ApprovalStage("{ wait: 0s }", "operators, four-eyes");
        await own.InitializeAsync();
        var (_, client) = await own.TaintedAsync();
        using var mine = client;
        Assert.Empty((await own.HoldAsync(await own.HeldAsync(client))).Approvers);
    }

    // An agent's program may be that user: its no is no person's.
    [Fact]
    public async Task A_decline_by_a_user_who_may_be_a_program_is_recorded_as_unproven()
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client, $"unproven {run.Id}");
        Assert.StartsWith("uid:", (await stage.DeclineAsync(ticket, "no")).By, StringComparison.Ordinal);
        var entry = Assert.Single(await stage.Gate.LogAsync(run, "kind=approval"));
        Assert.Equal("unproven", entry.GetProperty("factor").GetString());
        Assert.StartsWith("uid:", entry.GetProperty("operator").GetString(), StringComparison.Ordinal);
    }

    private static string? Value(HoldView hold, string name) => hold.Values.Single(
        field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Value;
}
