using System.Net;
using System.Text.Json;
using Sallyport.Console;
using static Sallyport.EndToEnd.Approvals.ApprovalStage;

namespace Sallyport.EndToEnd.Approvals;

// Over a real node and real sockets: held, answered, done once.
public sealed class ApprovalTests(ApprovalStage stage) : IClassFixture<ApprovalStage>
{
    [Fact]
    public async Task An_approved_request_passes_once_and_reaches_its_upstream_once()
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var body = $"once {run.Id}";
        var ticket = await stage.HeldAsync(client, body);
        Assert.DoesNotContain(body, stage.Arrived);
        Assert.Equal(ticket, await stage.HeldAsync(client, body));
        var shown = await stage.HoldAsync(ticket);
        Assert.Equal(
            ("open", run.Id, "alice@example.org", "http://notes.test/pay?x=1", body, "the run has read untrusted text"),
            (shown.State, shown.Run, shown.Owner, shown.Target, shown.BodyStart, shown.Reason));

        Assert.Equal("alice", (await stage.ApproveAsync(ticket)).By);
        using (var passed = await PayAsync(client, body))
        {
            Assert.Equal((HttpStatusCode.OK, "paid"), (passed.StatusCode, await passed.Content.ReadAsStringAsync()));
        }

        Assert.Equal(1, stage.Arrived.Count(arrived => arrived == body));
        Assert.NotEqual(ticket, await stage.HeldAsync(client, body), StringComparer.Ordinal);
        Assert.Equal(1, stage.Arrived.Count(arrived => arrived == body));
    }

    [Fact]
    public async Task The_log_and_why_show_who_approved_what()
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client, $"why {run.Id}");
        await stage.ApproveAsync(ticket);
        (await PayAsync(client, $"why {run.Id}")).EnsureSuccessStatusCode();
        var allowed = await stage.Gate.EntryAsync(
            run, "kind=decision&verdict=allow",
            entry => entry.GetProperty("policies").GetString()!.StartsWith(ticket, StringComparison.Ordinal)); // a text
        var why = await stage.Gate.Client.GetAsync(
            $"why/{allowed.GetProperty("epoch")}-{allowed.GetProperty("position")}", ApiJson.Default.WhyView,
            CancellationToken.None);
        Assert.Equal(
            ["hold", "given", "used"],
            why.Approval.Select(entry => entry.TryGetProperty("change", out var change) ? Text(change)
                : Text(entry.GetProperty("kind"))),
            StringComparer.Ordinal);
        Assert.Equal("alice", Text(why.Approval[1].GetProperty("operator")));
        Assert.Equal("signature", Text(why.Approval[1].GetProperty("factor")));
        Assert.True(
            why.Approval[2].GetProperty("position").GetInt64() < allowed.GetProperty("position").GetInt64());
    }

    [Theory]
    [InlineData("another body", null, null)]
    [InlineData(null, "http://notes.test/pay?x=2", null)]
    [InlineData(null, null, "x-account")]
    public async Task Another_request_is_not_the_one_that_was_approved(string? body, string? url, string? field)
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var said = $"{body} {url} {field} {run.Id}";
        await stage.ApproveAsync(await stage.HeldAsync(client, said));
        using var request = new HttpRequestMessage(HttpMethod.Post, url ?? "http://notes.test/pay?x=1");
        request.Content = new StringContent(body is null ? said : body + run.Id);
        if (field is not null)
        {
            request.Headers.Add(field, "2");
        }

        using var other = await client.SendAsync(request, CancellationToken.None);
        Assert.Equal("approval.required", Assert.Single(other.Headers.GetValues("Sallyport-Denied")));
        using var approved = await PayAsync(client, said);
        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
    }

    [Fact]
    public async Task Another_run_of_the_same_agent_cannot_use_it()
    {
        var ((first, client), (_, other)) = (await stage.TaintedAsync(), await stage.TaintedAsync());
        using var own = client;
        using var others = other;
        await stage.ApproveAsync(await stage.HeldAsync(client, $"mine {first.Id}"));
        await stage.HeldAsync(other, $"mine {first.Id}");
    }

    [Fact]
    public async Task Declined_the_agent_is_told_why()
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client, $"no {run.Id}");
        await stage.DeclineAsync(ticket, "bob is not a payee of ours");
        using var denied = await PayAsync(client, $"no {run.Id}");
        var problem = JsonElement.Parse(await denied.Content.ReadAsStringAsync());
        Assert.Equal("approval.declined", Text(problem.GetProperty("code")));
        Assert.Contains("bob is not a payee of ours", Text(problem.GetProperty("detail")), StringComparison.Ordinal);
        Assert.Equal("approval.answered", await RefusedAsync(() => stage.ApproveAsync(ticket)));
    }

    [Fact]
    public async Task Labels_that_have_grown_meanwhile_are_asked_about_anew()
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client, $"grown {run.Id}");
        await stage.ApproveAsync(ticket);
        Assert.Equal("obey", await client.GetStringAsync(new Uri("http://club.test/post")));
        Assert.Equal("social,untrusted", await stage.Gate.LabelsAsync(run));

        var wider = await stage.HeldAsync(client, $"grown {run.Id}");
        Assert.NotEqual(ticket, wider, StringComparer.Ordinal);
        Assert.Equal(
            ["ask", "ask-social"], (await stage.HoldAsync(wider)).Policies.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Identical_acts_are_approved_together_and_others_are_not()
    {
        var ((first, client), (_, other)) = (await stage.TaintedAsync(), await stage.TaintedAsync());
        using var own = client;
        using var others = other;
        var same = $"same {first.Id}";
        var (one, two) = (await stage.HeldAsync(client, same), await stage.HeldAsync(other, same));
        var different = await stage.HeldAsync(client, same + "!");
        Assert.Equal([two], (await stage.HoldAsync(one)).Identical, StringComparer.Ordinal);
        Assert.Equal("approval.signature", await RefusedAsync(async () =>
            await stage.ApproveAsync(one, new ApproveRequest("", Identical: true, await stage.SignAsync(one)))));
        Assert.Equal([one, two], (await stage.ApproveAsync(one, identical: true)).Tickets, StringComparer.Ordinal);
        Assert.Equal("open", (await stage.HoldAsync(different)).State);
        using var passed = await PayAsync(other, same);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_long_to_be_held_is_denied()
    {
        var (_, client) = await stage.TaintedAsync();
        using var own = client;
        using var denied = await PayAsync(client, new string('x', (1024 * 1024) + 1));
        Assert.Equal("flow.unheld-body", Assert.Single(denied.Headers.GetValues("Sallyport-Denied")));
    }

    // What a tunnel will carry nobody can look at, so nobody is asked.
    [Fact]
    public async Task A_tunnel_is_denied_without_a_ticket()
    {
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        using var peer = await run.ConnectAsync();
        await peer.SendAsync("CONNECT pipe.test:443 HTTP/1.1\r\nHost: pipe.test:443\r\n\r\n");
        var denied = await peer.ResponseAsync();
        Assert.Equal("approval.required", denied.Denied);
        Assert.DoesNotContain("sallyport approve t", denied.Body, StringComparison.Ordinal);
    }

    // The whole state is the ledger's: what was used stays used. A yes that was not used is asked for again, since who
    // can write the ledger's files could have written it.
    [Fact]
    public async Task After_a_restart_an_unused_approval_is_asked_for_again_and_a_used_one_stays_used()
    {
        await using var own = new ApprovalStage();
        await own.InitializeAsync();
        var (run, client) = await own.TaintedAsync();
        var (used, given) = (await own.HeldAsync(client, "used"), await own.HeldAsync(client, "given"));
        await own.ApproveAsync(used);
        await own.ApproveAsync(given);
        (await PayAsync(client, "used")).EnsureSuccessStatusCode();
        client.Dispose();
        await own.Gate.StopNodeAsync();
        await own.Gate.StartNodeAsync();

        using var again = run.Http();
        Assert.NotEqual(used, await own.HeldAsync(again, "used"), StringComparer.Ordinal);
        Assert.Equal(given, await own.HeldAsync(again, "given"));
        await own.ApproveAsync(
            given, new ApproveRequest(Signature: await own.SignAsync(given), Unseen: true));
        (await PayAsync(again, "given")).EnsureSuccessStatusCode();
        Assert.NotEqual(given, await own.HeldAsync(again, "given"), StringComparer.Ordinal);
        Assert.Equal(["used", "given"], own.Arrived, StringComparer.Ordinal);
    }

    private static string Text(JsonElement value) => value.GetString()!; // these are texts
}
