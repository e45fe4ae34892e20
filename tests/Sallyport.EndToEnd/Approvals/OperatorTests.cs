using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.EndToEnd.Program;
using Sallyport.EndToEnd.Stage;
using Sallyport.Identity;
using static Sallyport.EndToEnd.Approvals.ApprovalStage;

namespace Sallyport.EndToEnd.Approvals;

// What operators do, tried by who is only the same user: an agent's program that has left its run.
public sealed class OperatorTests
{
    [Fact]
    public async Task An_agent_cannot_put_a_perimeter_of_its_own_in_force()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var gate = stage.Gate;
        var before = await HashAsync(gate);
        await gate.OpenRunAsync();
        await WidenAsync(gate);

        Assert.Equal("operator.factor", await RefusedAsync(gate.ApplyAsync));
        using (var own = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            gate.Client.Signature = Sign(own, await ChallengeAsync(gate, "apply", await PlannedAsync(gate)));
            Assert.Equal("operator.signature", await RefusedAsync(gate.ApplyAsync));
        }

        gate.Client.Signature = null;
        Assert.Equal(before, await HashAsync(gate));
        var refused = await gate.LogAsync("kind=act-refused");
        Assert.Equal(["operator.factor", "operator.signature"], refused.Select(entry => Text(entry, "code")));
        Assert.All(refused, entry => Assert.StartsWith("uid:", Text(entry, "author"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operators_signature_puts_exactly_what_it_names_in_force_and_once()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var gate = stage.Gate;
        await gate.OpenRunAsync();
        var before = await HashAsync(gate);
        await WidenAsync(gate);
        var wide = await PlannedAsync(gate);
        var signature = Sign(stage.Key, await ChallengeAsync(gate, "apply", wide));

        // Of another act and of other files it is no signature.
        gate.Client.Signature = signature;
        await gate.FreezeAsync("agent:other");
        Assert.Equal("operator.signature", await RefusedAsync(() => gate.ThawAsync()));
        await gate.WriteAsync(gate.Configuration() + "# other\n");
        Assert.Equal("operator.signature", await RefusedAsync(gate.ApplyAsync));

        await WidenAsync(gate);
        Assert.Equal("applied", (await gate.ApplyAsync()).State);
        var entry = Assert.Single(await gate.LogAsync("kind=perimeter"));
        Assert.Equal(("applied", "operator:alice"), (Text(entry, "change"), Text(entry, "author")));

        // Taken back with another signature, the first does not bring it again.
        gate.Client.Signature = Sign(stage.Key, await ChallengeAsync(gate, "rollback", before));
        Assert.Equal("applied", (await ChangeAsync(gate, before)).State);
        gate.Client.Signature = signature;
        Assert.Equal("operator.signature", await RefusedAsync(gate.ApplyAsync));

        // Nor after a restart, where nothing was signed yet.
        await gate.StopNodeAsync();
        await gate.StartNodeAsync();
        gate.Client.Signature = signature;
        Assert.Equal("operator.signature", await RefusedAsync(gate.ApplyAsync));
        Assert.Equal(before, await HashAsync(gate));
    }

    // Freezing needs nobody's proof; lifting it does, and of the state that was looked at.
    [Fact]
    public async Task An_agent_can_freeze_and_cannot_thaw()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var gate = stage.Gate;
        var run = await gate.OpenRunAsync();
        var freeze = Assert.Single((await gate.FreezeAsync($"run:{run.Id}")).Freezes);
        Assert.Equal("operator.factor", await RefusedAsync(() => gate.ThawAsync()));
        Assert.Equal("operator.factor", await RefusedAsync(() => gate.ThawAsync(freeze.Id)));

        var early = Sign(stage.Key, await ChallengeAsync(gate, "thaw", freeze.Id));
        await gate.FreezeAsync("agent:other");
        gate.Client.Signature = early;
        Assert.Equal("operator.signature", await RefusedAsync(() => gate.ThawAsync(freeze.Id)));
        gate.Client.Signature = Sign(stage.Key, await ChallengeAsync(gate, "thaw", freeze.Id));
        Assert.Equal("operator.signature", await RefusedAsync(() => gate.ThawAsync()));
        Assert.Equal(freeze.Id, Assert.Single((await gate.ThawAsync(freeze.Id)).Freezes).Id);
        Assert.Equal(
            "operator:alice",
            Text((await gate.LogAsync("kind=freeze"))[^1], "author"));
        Assert.Single(await gate.Client.GetAsync(
            "freezes", ApiJson.Default.IReadOnlyListFreezeView, CancellationToken.None));
    }

    // What an agent started may outlive run and node: being the user proves nothing after a restart either.
    [Fact]
    public async Task A_restart_of_the_node_makes_no_operator_of_who_is_the_same_user()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var gate = stage.Gate;
        var run = await gate.OpenRunAsync();
        await gate.EndRunAsync(run);
        await gate.StopNodeAsync();
        await gate.StartNodeAsync();
        await WidenAsync(gate);
        Assert.Equal("operator.factor", await RefusedAsync(gate.ApplyAsync));
    }

    [Fact]
    public async Task Before_any_run_the_user_is_proof_enough()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        await WidenAsync(stage.Gate);
        Assert.Equal("applied", (await stage.Gate.ApplyAsync()).State);
    }

    // A newcomer has no key: nothing is refused, and it is said.
    [Fact]
    public async Task Without_a_key_the_user_may_and_status_warns_of_it()
    {
        await using var gate = new GateStage();
        await gate.InitializeAsync();
        Assert.Empty((await StatusAsync(gate)).Warnings);
        await gate.OpenRunAsync();
        await WidenAsync(gate);
        Assert.Equal("applied", (await gate.ApplyAsync()).State);
        var status = await StatusAsync(gate);
        Assert.True(status.Ready);
        Assert.Contains("no operator has a key", Assert.Single(status.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_takes_thawing_away_and_freezing_only_by_name()
    {
        await using var stage = new ApprovalStage();
        stage.Gate.Files["own.cedar"] = """
            @code("own.no") @reason("not on this node")
            forbid (principal is Operator, action in Action::"operates", resource) when { context has scope };
            """;
        await stage.InitializeAsync("own.cedar");
        var gate = stage.Gate;
        await gate.FreezeAsync("agent:other");
        Assert.Equal("own.no", await RefusedAsync(() => gate.ThawAsync()));
        await WidenAsync(gate);
        Assert.Equal("applied", (await gate.ApplyAsync()).State);
    }

    // From inside a run: refused before anything is asked, and on the record.
    [Fact]
    public async Task A_program_inside_a_run_is_refused_and_on_the_record()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var run = await stage.Gate.OpenRunAsync();
        var curl = $"curl -s -X DELETE --unix-socket {SocketFolder.AdminSocket(stage.Gate.State.Root)} "
            + $"http://node/api/v1/runs/{run.Id} http://node/api/v1/runs/key-42/key-42";
        var marked = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SALLYPORT_RUN"] = run.Id };
        await using (var inside = Child.Start("/bin/sh", ["-c", curl], Path.GetTempPath(), marked))
        {
            Assert.Contains("api.inside-run", (await inside.EndAsync()).Output, StringComparison.Ordinal);
        }

        // What it made up is not: it may be what it has read.
        Assert.Equal(
            [("inside-run", $"DELETE /api/v1/runs/{run.Id}"), ("inside-run", "DELETE /api/v1/runs/*/*")],
            (await stage.Gate.LogAsync("kind=act-refused"))
                .Select(entry => (Text(entry, "act"), Text(entry, "what"))));
        Assert.Equal("", await stage.Gate.LabelsAsync(run)); // it is open
    }

    private static async Task WidenAsync(GateStage gate) =>
        await gate.WriteAsync(gate.Configuration().Replace("- dead.test", "- dead.test\n      - more.test",
            StringComparison.Ordinal));

    private static async Task<string> PlannedAsync(GateStage gate) =>
        (await gate.Client.GetAsync("perimeter/plan", ApiJson.Default.PlanView, CancellationToken.None)).After;

    private static async Task<string> HashAsync(GateStage gate) => (await StatusAsync(gate)).Snapshot;

    private static Task<StatusView> StatusAsync(GateStage gate) =>
        gate.Client.GetAsync("status", ApiJson.Default.StatusView, CancellationToken.None);

    // A program that could change the key of the ledger could sign a history of its own.
    [Fact]
    public async Task A_key_is_changed_by_a_signature_of_that_change_alone()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var gate = stage.Gate;
        await gate.OpenRunAsync();
        Task<KeyChangeAnswer> RevokeAsync() => gate.Client.PostAsync(
            "keys/ledger", new ChangeKeyRequest("revoked", "stolen", OverlapSeconds: null),
            ApiJson.Default.ChangeKeyRequest, ApiJson.Default.KeyChangeAnswer, CancellationToken.None);
        Task<string> AskedAsync(string change) => ChallengeAsync(
            gate, "change-key", $"&key=ledger&change={change}&overlap=0");

        Assert.Equal("operator.factor", await RefusedAsync(RevokeAsync));
        gate.Client.Signature = Sign(stage.Key, await AskedAsync("rotated"));
        Assert.Equal("operator.signature", await RefusedAsync(RevokeAsync));
        Assert.Empty(await gate.LogAsync("kind=key"));

        gate.Client.Signature = Sign(stage.Key, await AskedAsync("revoked"));
        var changed = await RevokeAsync();
        Assert.NotEqual(changed.Before, changed.After);
        Assert.Equal("operator:alice", Text(Assert.Single(await gate.LogAsync("kind=key")), "author"));
        Assert.Equal("operator.signature", await RefusedAsync(RevokeAsync)); // It was for once.
    }

    private static async Task<string> ChallengeAsync(GateStage gate, string act, string what) =>
        (await gate.Client.GetAsync(
            $"challenges/{act}?what={what}", ApiJson.Default.ChallengeView, CancellationToken.None)).Challenge;

    private static Task<ChangeAnswer> ChangeAsync(GateStage gate, string hash) => gate.Client.PostAsync(
        "perimeter/changes", new ChangeRequest(hash, Rollback: true), ApiJson.Default.ChangeRequest,
        ApiJson.Default.ChangeAnswer, CancellationToken.None);

    private static string Sign(ECDsa key, string challenge) => Convert.ToBase64String(key.SignData(
        Encoding.ASCII.GetBytes(challenge), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!; // a text

    // A program that could have evidence moved away could have it lost.
    [Fact]
    public async Task A_period_is_archived_by_a_signature_of_that_folder_alone()
    {
        await using var stage = new ApprovalStage();
        await stage.InitializeAsync();
        var gate = stage.Gate;
        await gate.OpenRunAsync();
        var bytes = await File.ReadAllBytesAsync(gate.State.Ledger.Checkpoint);
        var head = Tlog.Checkpoints.SignedCheckpoint.Parse(bytes).ValueOrThrow().Claim.Head;
        Task<ArchiveAnswer> ArchiveAsync(string folder) => gate.Client.PostAsync(
            "ledger/archives", new ArchiveRequest(head.Size.Value, $"{head.Root}", folder, "a test"),
            ApiJson.Default.ArchiveRequest, ApiJson.Default.ArchiveAnswer, CancellationToken.None);
        var asked = $"&entries={head.Size}&root={Uri.EscapeDataString($"{head.Root}")}&archive=/mnt/q1";

        Assert.Equal("operator.factor", await RefusedAsync(() => ArchiveAsync("/mnt/q1")));
        gate.Client.Signature = Sign(stage.Key, await ChallengeAsync(gate, "archive", asked));
        Assert.Equal("operator.signature", await RefusedAsync(() => ArchiveAsync("/mnt/q2")));
        Assert.Empty(await gate.LogAsync("kind=archive"));
        Assert.Equal(0, (await ArchiveAsync("/mnt/q1")).First);
        Assert.Equal("operator:alice", Text(Assert.Single(await gate.LogAsync("kind=archive")), "author"));
        Assert.Equal("operator.signature", await RefusedAsync(() => ArchiveAsync("/mnt/q1"))); // It was for once.
    }
}
