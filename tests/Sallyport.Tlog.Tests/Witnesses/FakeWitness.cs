using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Tlog.Tests.Witnesses;

/// <summary>
/// A witness of one log that follows tlog-witness step by step, or, with a script, one that does not.
/// </summary>
internal sealed class FakeWitness : HttpMessageHandler
{
    public bool Known { get; set; } = true;

    public VerifierKey LogKey { get; set; } = TestLog.LogKey.Verifier;

    public TreeHead? Latest { get; private set; }

    public int Requests { get; private set; }

    public string? LastAddress { get; private set; }

    public Func<string, string> Alter { get; set; } = body => body;

    public (HttpStatusCode Status, byte[] Body, string MediaType)? Script { get; init; }

    public bool Dead { get; init; }

    public bool Late { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        LastAddress = request.RequestUri?.AbsoluteUri;
        Assert.Equal(HttpMethod.Post, request.Method);
        if (Dead)
        {
            throw new HttpRequestException("connection refused");
        }

        if (Late)
        {
            // As HttpClient does; the caller has not cancelled.
            throw new TaskCanceledException("the client's own timeout");
        }

        if (Script is { } script)
        {
            return Answer(script.Status, script.Body, script.MediaType);
        }

        var body = Alter(await request.Content!.ReadAsStringAsync(cancellationToken)); // requests here have a body
        return Decide(Encoding.UTF8.GetBytes(body));
    }

    private HttpResponseMessage Decide(byte[] body)
    {
        if (!AddCheckpointRequest.Parse(body).TryGet(out var request, out _))
        {
            return Answer(HttpStatusCode.BadRequest);
        }

        var (checkpoint, head) = (request.Checkpoint, request.Checkpoint.Claim.Head);
        if (!Known)
        {
            return Answer(HttpStatusCode.NotFound);
        }

        if (checkpoint.Verify(LogKey).Fault is not null)
        {
            return Answer(HttpStatusCode.Forbidden);
        }

        if (request.OldSize > head.Size)
        {
            return Answer(HttpStatusCode.BadRequest);
        }

        if (request.OldSize != (Latest?.Size ?? default))
        {
            return Answer(
                HttpStatusCode.Conflict, Encoding.ASCII.GetBytes($"{Latest?.Size ?? default}\n"), "text/x.tlog.size");
        }

        var consistent = Latest is null || Latest.Size.Value == 0
            ? request.Proof.IsEmpty
            : new ConsistencyProof(request.OldSize, head.Size, request.Proof).Verify(Latest.Root, head.Root, out _);
        if (!consistent)
        {
            return Answer(HttpStatusCode.UnprocessableEntity);
        }

        Latest = head;
        var cosignature = TestLog.WitnessKey.Cosign(checkpoint.Claim, TestLog.Time).ValueOrThrow();
        return Answer(HttpStatusCode.OK, Encoding.UTF8.GetBytes($"{cosignature}\n"));
    }

    private static HttpResponseMessage Answer(
        HttpStatusCode status, byte[]? body = null, string mediaType = "text/plain")
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(body ?? []) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return response;
    }
}
