using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Http.Forwarding;

/// <summary>A request that a person is asked about: taken in whole, and given again to who forwards it.</summary>
internal static class HeldRequest
{
    /// <summary>Takes a request whole; what reads its body after this reads it from memory.</summary>
    /// <returns>
    /// The act with every field that would be passed on; null when the body is longer than
    /// <see cref="WholeBody.BytesMax"/>.
    /// </returns>
    public static async ValueTask<WholeAct?> TakeAsync(HttpContext context, Ask ask, CancellationToken cancellation)
    {
        if (await WholeBody.ReadAsync(context.Request, cancellation) is not { } whole
            || ask.Match is not RuleMatch.Allowed allowed)
        {
            return null;
        }

        var read = await whole.ReadAsync(cancellation); // From memory, and all of it.
        var body = read.Buffer.ToArray();
        context.Features.Set<IRequestBodyPipeFeature>(new Again(body));
        return new WholeAct
        {
            Gateway = ask.Gateway,
            Class = allowed.Class,
            Method = ask.Method,
            Target = ask.Target,
            Fields = [.. ExchangeHeaders.Passed(context.Request).Where(field => !IsLength(field.Key))],
            Body = body,
        };
    }

    // Told by the body itself; a client may say it in one attempt and send chunks in the next.
    private static bool IsLength(string name) => name.Equals("content-length", StringComparison.OrdinalIgnoreCase);

    private sealed class Again(byte[] body) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = PipeReader.Create(new ReadOnlySequence<byte>(body));
    }
}
