using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Console.Tests;

/// <summary>A witness of one log behind a real socket, after C2SP tlog-witness: it checks and persists in one step, and
/// says no in the order 404, 403, 400, 409, 422. With a script it is one that does not.</summary>
internal sealed class HttpWitness : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly SignerKey key;
    private readonly Lock gate = new();
    private TreeHead latest = new CompactRange().Head; // Under the gate.

    private HttpWitness(WebApplication app, SignerKey key) => (this.app, this.key) = (app, key);

    public VerifierKey Key => key.Verifier;

    /// <summary>The log that it knows; null for any that signs for itself.</summary>
    public VerifierKey? Log { get; set; }

    /// <summary>What is done instead of what a witness does.</summary>
    public Func<HttpContext, Task>? Script { get; set; }

    /// <summary>What becomes of an answer of 200.</summary>
    public Func<string, string> Alter { get; set; } = body => body;

    public List<int> Statuses { get; } = []; // Under the gate.

    public string Address => app.Urls.First() + "/w";

    public static async Task<HttpWitness> StartAsync(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
            options.Listen(System.Net.IPAddress.Loopback, 0, it => it.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var key = SignerKey.Generate(
            KeyName.Parse(name).ValueOrThrow(), SignatureType.Ed25519Cosignature).ValueOrThrow();
        var witness = new HttpWitness(app, key);
        app.MapPost("/w/add-checkpoint", witness.AnswerAsync);
        await app.StartAsync();
        return witness;
    }

    /// <summary>As if somebody had shown it this tree.</summary>
    public void Show(TreeHead head)
    {
        lock (gate)
        {
            latest = head;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Script is { } script)
        {
            await script(context);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var (status, type, text) = Decide(body.ToArray());
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    private (int Status, string Type, string Text) Decide(byte[] body)
    {
        lock (gate)
        {
            var answer = Judge(body);
            Statuses.Add(answer.Status);
            return answer;
        }
    }

    private (int Status, string Type, string Text) Judge(byte[] body)
    {
        if (!AddCheckpointRequest.Parse(body).TryGet(out var request, out _))
        {
            return (400, "text/plain", "");
        }

        var (checkpoint, head) = (request.Checkpoint, request.Checkpoint.Claim.Head);
        if (Log is null || checkpoint.Claim.Origin.Value != Log.Name.Value)
        {
            return (404, "text/plain", "");
        }

        if (!checkpoint.Verify(Log).TryGet(out _, out _))
        {
            return (403, "text/plain", "");
        }

        if (request.OldSize > head.Size)
        {
            return (400, "text/plain", "");
        }

        if (request.OldSize != latest.Size)
        {
            return (409, "text/x.tlog.size", $"{latest.Size}\n");
        }

        var isConsistent = latest.Size.Value == 0 ? request.Proof.IsEmpty
            : latest.Size == head.Size ? request.Proof.IsEmpty && latest.Root == head.Root
            : new ConsistencyProof(request.OldSize, head.Size, request.Proof).Verify(latest.Root, head.Root, out _);
        if (!isConsistent)
        {
            return (422, "text/plain", "");
        }

        latest = head;
        return (200, "text/plain", Alter($"{Cosign(checkpoint.Claim)}\n"));
    }

    /// <summary>Its signature of a checkpoint.</summary>
    public NoteSignature Cosign(Checkpoint checkpoint) =>
        key.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)).ValueOrThrow();
}
