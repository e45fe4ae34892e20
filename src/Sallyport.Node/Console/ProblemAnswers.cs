using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Sallyport.Console;

/// <summary>Gives problem details (RFC 9457) to what the framework refuses by itself with a bare status: a body that is
/// not the JSON that was asked for, a number that is none.</summary>
internal static class ProblemAnswers
{
    private const string SeeApi = "What each endpoint takes: docs/reference/api.md.";

    /// <summary>Goes around everything else.</summary>
    public static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = refused.StatusCode;
        }

        var (status, method, path) = (context.Response.StatusCode, context.Request.Method, context.Request.Path);
        if (!context.Response.HasStarted && context.Response.ContentType is null
            && FaultOf(status, method, path) is { } fault)
        {
            await AdminApi.Problem(status, fault).ExecuteAsync(context);
        }
    }

    private static Fault? FaultOf(int status, string method, string path) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => new Fault("api.request", "The body is too long.", SeeApi),
        >= 400 and < 500 => new Fault(
            "api.request",
            $"The body or the query of {method} {path} is not what it takes "
            + $"({ReasonPhrases.GetReasonPhrase(status)}).",
            SeeApi),
        _ => null,
    };
}
