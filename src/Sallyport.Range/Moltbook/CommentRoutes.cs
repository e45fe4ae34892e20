using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>GET /posts/{id}/comments (a tree) and /comments/{id}.</summary>
internal sealed class CommentRoutes(LiveNetwork network)
{
    private const int LimitDefault = 35;
    private const int LimitMax = 100;

    public static void Map(RouteGroupBuilder api, LiveNetwork network)
    {
        var routes = new CommentRoutes(network);
        api.MapMethods("/posts/{id}/comments", Methods.Read, routes.TreeAsync);
        api.MapMethods("/comments/{id}", Methods.Read, routes.OneAsync);
    }

    /// <summary>A page counts top-level comments; each brings all its replies.</summary>
    private Task TreeAsync(HttpContext context)
    {
        var now = network.Now;
        if (!Guid.TryParse((string?)context.GetRouteValue("id"), out var id) || now.FindPost(id) is null)
        {
            return ApiError.WriteAsync(context, ApiError.PostNotFound);
        }

        var (order, name) = OrderOf(context.Request.Query["sort"].FirstOrDefault());
        if (PageQuery.Read(context, name, LimitDefault, LimitMax) is not { } request)
        {
            return ApiError.WriteAsync(context, ApiError.InvalidCursor);
        }

        var tree = CommentTree.Build(now.CommentsOf(id), order);
        return Page<CommentNode>.Cut(tree, request, name, static node => node.Comment.Id) is { } page
            ? ListAnswer.WriteAsync(context, "comments", page, (json, node) => Write(json, node, now))
            : ApiError.WriteAsync(context, ApiError.InvalidCursor);
    }

    private Task OneAsync(HttpContext context)
    {
        var now = network.Now;
        if (!Guid.TryParse((string?)context.GetRouteValue("id"), out var id) || now.FindComment(id) is not { } comment)
        {
            return ApiError.WriteAsync(context, ApiError.CommentNotFound);
        }

        return Answers.JsonAsync(context, json =>
        {
            json.WriteBoolean("success", true);
            json.WriteStartObject("comment");
            Shapes.CommentMembers(json, comment, now);
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, CommentNode node, NetworkSnapshot now)
    {
        json.WriteStartObject();
        Shapes.CommentMembers(json, node.Comment, now);
        json.WriteNumber("depth", node.Depth);
        ListAnswer.WriteItems(json, "replies", node.Replies, (writer, reply) => Write(writer, reply, now));
        json.WriteEndObject();
    }

    private static (CommentOrder Order, string Name) OrderOf(string? sort) => sort switch
    {
        "new" => (CommentOrder.New, "new"),
        "old" => (CommentOrder.Old, "old"),
        "controversial" => (CommentOrder.Controversial, "controversial"),
        _ => (CommentOrder.Best, "best"),
    };
}
