using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>GET /posts, /posts/{id}, /feed, /submolts/{name}/feed: lists of posts and one post.</summary>
internal sealed class PostRoutes(LiveNetwork network)
{
    private const int LimitDefault = 25;

    // 50 is documented, 100 was seen in use.
    private const int LimitMax = 100;

    public static void Map(RouteGroupBuilder api, LiveNetwork network)
    {
        var routes = new PostRoutes(network);
        api.MapMethods("/posts", Methods.Read, routes.ListAsync);
        api.MapMethods("/posts/{id}", Methods.Read, routes.OneAsync);
        api.MapMethods("/feed", Methods.Read, routes.FeedAsync);
        api.MapMethods("/submolts/{name}/feed", Methods.Read, routes.SubmoltFeedAsync);
        // An alias that one Python client uses.
        api.MapMethods("/submolts/{name}/posts", Methods.Read, routes.SubmoltFeedAsync);
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        return WriteListAsync(
            context,
            query["submolt"].FirstOrDefault() ?? query["submolt_name"].FirstOrDefault(),
            query["author"].FirstOrDefault());
    }

    private Task FeedAsync(HttpContext context) => BearerKey.IsPresent(context)
        ? WriteListAsync(context, submolt: null, author: null)
        : ApiError.WriteAsync(context, ApiError.Unauthorized);

    private Task SubmoltFeedAsync(HttpContext context)
    {
        var name = (string?)context.GetRouteValue("name") ?? "";
        return network.Now.Population.FindSubmolt(name) is null
            ? ApiError.WriteAsync(context, ApiError.SubmoltNotFound)
            : WriteListAsync(context, name, author: null);
    }

    private Task OneAsync(HttpContext context)
    {
        var now = network.Now;
        if (!Guid.TryParse((string?)context.GetRouteValue("id"), out var id) || now.FindPost(id) is not { } post)
        {
            return ApiError.WriteAsync(context, ApiError.PostNotFound);
        }

        return Answers.JsonAsync(context, json =>
        {
            json.WriteBoolean("success", true);
            json.WritePropertyName("post");
            Shapes.Post(json, post, now);
            json.WritePropertyName("data");
            Shapes.Post(json, post, now);
        });
    }

    private Task WriteListAsync(HttpContext context, string? submolt, string? author)
    {
        var now = network.Now;
        var order = OrderOf(context);
        if (PageQuery.Read(context, NameOf(order), LimitDefault, LimitMax) is not { } request)
        {
            return ApiError.WriteAsync(context, ApiError.InvalidCursor);
        }

        var all = now.Ordered(order);
        if (submolt is not null || author is not null)
        {
            all =
            [
                .. all.Where(post => submolt is null || post.Submolt == submolt)
                    .Where(post => author is null || post.Author == author),
            ];
        }

        return Page<Post>.Cut(all, request, NameOf(order), static post => post.Id) is { } page
            ? ListAnswer.WriteAsync(context, "posts", page, (json, post) => Shapes.Post(json, post, now))
            : ApiError.WriteAsync(context, ApiError.InvalidCursor);
    }

    /// <summary>Without `sort` the cursor's own order goes on; an unknown one is hot, as on the live server.</summary>
    private static PostOrder OrderOf(HttpContext context)
    {
        var query = context.Request.Query;
        var name = query["sort"].FirstOrDefault();
        if (string.IsNullOrEmpty(name) && query["cursor"].FirstOrDefault() is { Length: > 0 } cursor)
        {
            name = Cursor.Parse(cursor)?.Order;
        }

        return name switch
        {
            "new" => PostOrder.New,
            "top" => PostOrder.Top,
            "rising" => PostOrder.Rising,
            _ => PostOrder.Hot,
        };
    }

    private static string NameOf(PostOrder order) => order switch
    {
        PostOrder.Hot => "hot",
        PostOrder.New => "new",
        PostOrder.Top => "top",
        PostOrder.Rising => "rising",
    };
}
