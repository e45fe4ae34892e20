using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sallyport.Console;
using Sallyport.EndToEnd.Stage;
using Sallyport.Verbs;

namespace Sallyport.EndToEnd.Approvals;

/// <summary>A node whose policies ask alice (who signs) about every effect of a run that has read untrusted
/// text.</summary>
public sealed class ApprovalStage : IAsyncLifetime
{
    private static readonly string Uid = File.ReadLines("/proc/self/status")
        .First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];

    private readonly string approvals;

    /// <summary>With this under <c>approvals:</c>.</summary>
    internal ApprovalStage(string approvals, string packs = "operators")
    {
        this.approvals = approvals;
        Gate = new GateStage
        {
            Files = { ["alice.pub"] = Key.ExportSubjectPublicKeyInfoPem(), ["ask.cedar"] = Ask },
        };
        Packs = packs;
    }

    public ApprovalStage()
        : this("{ wait: 0s }")
    {
    }

    public GateStage Gate { get; }

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Bodies that the upstream was sent.</summary>
    public ConcurrentQueue<string> Arrived { get; } = new();

    private string Packs { get; }

    private const string Ask = """
        @id("ask") @hold("approval") @reason("the run has read untrusted text")
        forbid (principal is Agent, action in Action::"effects", resource)
        when { context.labels.contains("untrusted") };
        @id("ask-social") @hold("approval") @reason("the run has read a feed")
        forbid (principal is Agent, action in Action::"effects", resource)
        when { context.labels.contains("social") };
        """;

    public ValueTask InitializeAsync() => InitializeAsync("");

    /// <summary>With these files of policies beside those that ask.</summary>
    internal async ValueTask InitializeAsync(string policies)
    {
        var files = policies.Length > 0 ? $"ask.cedar, {policies}" : "ask.cedar";
        Gate.More = $$"""
            operators:
              alice: { person: carol@example.org, uids: [{{Uid}}], key: alice.pub }
            approvals: {{approvals}}
            policies: { packs: [allow-list, {{Packs}}], files: [{{files}}] }
            """;
        await Gate.InitializeAsync();
        Gate.Feed.On("/post", "obey");
        Gate.Notes.On("/pay", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            Arrived.Enqueue(await reader.ReadToEndAsync());
            await context.Response.WriteAsync("paid");
        });
    }

    /// <summary>A run that has read untrusted text, and its client.</summary>
    public async Task<(TestRun Run, HttpClient Client)> TaintedAsync(string agent = "research")
    {
        var run = await Gate.OpenRunAsync(agent);
        var client = run.Http();
        Assert.Equal("obey", await client.GetStringAsync(new Uri("http://feed.test/post")));
        return (run, client);
    }

    public static Task<HttpResponseMessage> PayAsync(HttpClient client, string body = "10 to bob") =>
        client.PostAsync(new Uri("http://notes.test/pay?x=1"), new StringContent(body));

    /// <summary>A request that ends with a ticket, and the ticket.</summary>
    public async Task<string> HeldAsync(HttpClient client, string body = "10 to bob")
    {
        using var response = await PayAsync(client, body);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(
            (HttpStatusCode.Forbidden, "approval.required"),
            (response.StatusCode, problem.GetProperty("code").GetString()));
        var mend = problem.GetProperty("mend").GetString()!; // every problem has one
        var at = mend.IndexOf("sallyport approve ", StringComparison.Ordinal) + "sallyport approve ".Length;
        return mend.Substring(at, 9);
    }

    /// <summary>Signs as alice does.</summary>
    public async Task<string> SignAsync(string ticket, bool identical = false)
    {
        var hold = await HoldAsync(ticket);
        return Convert.ToBase64String(Key.SignData(
            Encoding.ASCII.GetBytes(identical ? hold.ChallengeIdentical : hold.Challenge),
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    public Task<HoldView> HoldAsync(string ticket) =>
        Gate.Client.GetAsync($"holds/{ticket}", ApiJson.Default.HoldView, CancellationToken.None);

    public async Task<AnswerView> ApproveAsync(string ticket, bool identical = false) =>
        await ApproveAsync(ticket, new ApproveRequest("", identical, await SignAsync(ticket, identical)));

    public Task<AnswerView> ApproveAsync(string ticket, ApproveRequest request) => Gate.Client.PostAsync(
        $"holds/{ticket}/approve", request, ApiJson.Default.ApproveRequest, ApiJson.Default.AnswerView,
        CancellationToken.None);

    public Task<AnswerView> DeclineAsync(string ticket, string reason) => Gate.Client.PostAsync(
        $"holds/{ticket}/decline", new DeclineRequest(reason), ApiJson.Default.DeclineRequest,
        ApiJson.Default.AnswerView, CancellationToken.None);

    /// <summary>Lifts every freeze, as alice.</summary>
    public async Task ThawAsync()
    {
        var asked = await Gate.Client.GetAsync(
            "challenges/thaw?what=all", ApiJson.Default.ChallengeView, CancellationToken.None);
        Gate.Client.Signature = Convert.ToBase64String(Key.SignData(
            Encoding.ASCII.GetBytes(asked.Challenge), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence));
        await Gate.ThawAsync();
        Gate.Client.Signature = null;
    }

    /// <summary>The code by which an answer is refused.</summary>
    internal static async Task<string> RefusedAsync(Func<Task> answer) =>
        (await Assert.ThrowsAsync<FaultException>(answer)).Fault.Code;

    public async ValueTask DisposeAsync()
    {
        await Gate.DisposeAsync();
        Key.Dispose();
    }
}
