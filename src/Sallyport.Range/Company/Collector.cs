using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Server;

namespace Sallyport.Range.Company;

/// <summary>
/// An attacker's host: any method on any path is taken and thanked for. What the receiver's log does not show here has
/// not left.
/// </summary>
internal static class Collector
{
    public static void Map(RouteGroupBuilder site) => site.Map("/{**path}", async context =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        await Answers.JsonAsync(context, static json => json.WriteBoolean("ok", true));
    });
}
