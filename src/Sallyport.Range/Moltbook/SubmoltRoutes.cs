using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>GET /submolts, /submolts/{name} and /stats.</summary>
internal sealed class SubmoltRoutes(LiveNetwork network)
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1000;
    private const string Order = "posts";

    public static void Map(RouteGroupBuilder api, LiveNetwork network)
    {
        var routes = new SubmoltRoutes(network);
        api.MapMethods("/submolts", Methods.Read, routes.ListAsync);
        api.MapMethods("/submolts/{name}", Methods.Read, routes.OneAsync);
        api.MapMethods("/stats", Methods.Read, routes.StatsAsync);
    }

    private Task ListAsync(HttpContext context)
    {
        var now = network.Now;
        return PageQuery.Read(context, Order, LimitDefault, LimitMax) is { } request
            && Page<Submolt>.Cut(now.Population.Submolts, request, Order, static submolt => submolt.Id) is { } page
                ? ListAnswer.WriteAsync(context, "submolts", page, Shapes.Submolt, json =>
                {
                    json.WriteNumber("total_posts", now.Posts.Count);
                    json.WriteNumber("total_comments", now.Comments.Count);
                })
                : ApiError.WriteAsync(context, ApiError.InvalidCursor);
    }

    private Task OneAsync(HttpContext context)
    {
        if (network.Now.Population.FindSubmolt((string?)context.GetRouteValue("name") ?? "") is not { } submolt)
        {
            return ApiError.WriteAsync(context, ApiError.SubmoltNotFound);
        }

        return Answers.JsonAsync(context, json =>
        {
            json.WriteBoolean("success", true);
            json.WritePropertyName("submolt");
            Shapes.Submolt(json, submolt);
            json.WritePropertyName("data");
            Shapes.Submolt(json, submolt);
            json.WriteNull("your_role");
        });
    }

    private Task StatsAsync(HttpContext context)
    {
        var now = network.Now;
        return Answers.JsonAsync(context, json =>
        {
            json.WriteBoolean("success", true);
            json.WriteNumber("agents", now.Population.AgentCount);
            json.WriteNumber("submolts", now.Population.Submolts.Count);
            json.WriteNumber("posts", now.Posts.Count);
            json.WriteNumber("comments", now.Comments.Count);
            json.WriteString("last_updated", now.Newest);
            json.WriteBoolean("cached", true);
        });
    }
}
