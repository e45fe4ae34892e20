using System.Text;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.EndToEnd.Program;
using Sallyport.EndToEnd.Stage;
using Sallyport.Identity;
using static Sallyport.EndToEnd.Approvals.ApprovalStage;

namespace Sallyport.EndToEnd.Approvals;

// Who may say yes. The agent is assumed to try.
public sealed class ApproverTests
{
    // Three ways in which an agent would approve its own hold: from inside its run; from a process that has left its
    // parents and its environment; and as the same user, unconfined, which the kernel cannot tell from the operator.
    [Fact]
    public async Task An_agent_cannot_approve_its_own_hold_and_each_try_is_on_the_record()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var (run, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client, "mine");
        var socket = SocketFolder.AdminSocket(stage.Gate.State.Root);
        var curl = $"curl -s --unix-socket {socket} -H 'Content-Type: application/json' -d '{{}}' "
            + $"http://node/api/v1/holds/{ticket}/approve";
        var folder = Path.GetTempPath();

        var marked = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SALLYPORT_RUN"] = run.Id };
        await using (var inside = Child.Start("/bin/sh", ["-c", curl], folder, marked))
        {
            Assert.Equal("api.inside-run", Code((await inside.EndAsync()).Output));
        }

        // Below the owner of a run, with nothing in the environment: the test process has opened the run.
        await using (var cleared = Child.Start("/usr/bin/env", ["-i", "PATH=/usr/bin:/bin", "sh", "-c", curl], folder))
        {
            Assert.Equal("api.inside-run", Code((await cleared.EndAsync()).Output));
        }

        // Forked twice, so that init is its parent, and nothing in the environment: from here on it is the same user
        // and nothing else can be told. It has no key.
        var answer = Path.Combine(folder, $"sallyport-{ticket}");
        await using (var forked = Child.Start(
            "/usr/bin/env",
            ["-i", "PATH=/usr/bin:/bin", "sh", "-c",
                $"(setsid sh -c \"sleep 0.3; {curl} > {answer}.part; mv {answer}.part {answer}\" &) ; exit 0"],
            folder))
        {
            await forked.EndAsync();
        }

        await Eventually.TrueAsync(() => File.Exists(answer), "the forked process does not answer");
        Assert.Contains(
            Code(await File.ReadAllTextAsync(answer)), (string[])["approval.factor", "api.inside-run"]);
        File.Delete(answer);

        // The same user without a key, and with a signature by a key of its own.
        Assert.Equal("approval.factor", await RefusedAsync(() => stage.ApproveAsync(ticket, new ApproveRequest())));
        using var forged = System.Security.Cryptography.ECDsa.Create();
        var signature = Convert.ToBase64String(forged.SignData(
            Encoding.ASCII.GetBytes((await stage.HoldAsync(ticket)).Challenge),
            System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal(
            "approval.signature",
            await RefusedAsync(() => stage.ApproveAsync(ticket, new ApproveRequest(Signature: signature))));

        Assert.Equal("open", (await stage.HoldAsync(ticket)).State);
        Assert.Equal(ticket, await stage.HeldAsync(client, "mine"));
        Assert.Empty(stage.Arrived);
        var tries = (await stage.Gate.LogAsync(run, "kind=approval")).ToList();
        Assert.Equal(5, tries.Count);
        Assert.All(tries, entry => Assert.Equal("refused", entry.GetProperty("change").GetString()));
        Assert.Equal(2, tries.Count(entry => entry.GetProperty("reason").GetString() == "api.inside-run"
            && tries.IndexOf(entry) < 2));
    }

    // The signature of one ticket is of no use for another.
    [Fact]
    public async Task A_signature_cannot_be_used_for_another_ticket()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var (_, client) = await stage.TaintedAsync();
        using var own = client;
        var (small, large) = (await stage.HeldAsync(client, "1"), await stage.HeldAsync(client, "1000000"));
        var signature = await stage.SignAsync(small);
        Assert.Equal(
            "approval.signature",
            await RefusedAsync(() => stage.ApproveAsync(large, new ApproveRequest(Signature: signature))));
        Assert.Equal("approval.unknown", await RefusedAsync(
            () => stage.ApproveAsync("t00000000", new ApproveRequest(Signature: signature))));
    }

    [Fact]
    public async Task Four_eyes_refuses_who_has_started_the_run()
    {
        await using var stage = new ApprovalStage("{ wait: 0s }", "operators, four-eyes");
        await stage.InitializeAsync();
        var (_, client) = await stage.TaintedAsync();
        using var own = client;
        var ticket = await stage.HeldAsync(client);
        Assert.Equal("approval.four-eyes", await RefusedAsync(() => stage.ApproveAsync(ticket)));
    }

    [Fact]
    public async Task Without_a_permit_for_operators_nobody_may_approve()
    {
        await using var stage = new ApprovalStage("{ wait: 0s }", "two-doors");
        await stage.InitializeAsync();
        var run = await stage.Gate.OpenRunAsync();
        using var client = run.Http();
        await client.GetStringAsync(new Uri("http://club.test/post"));
        var ticket = await stage.HeldAsync(client);
        Assert.Equal("policy.not-permitted", await RefusedAsync(() => stage.ApproveAsync(ticket)));
    }

    private static string? Code(string answer) => JsonElement.Parse(answer).GetProperty("code").GetString();
}
