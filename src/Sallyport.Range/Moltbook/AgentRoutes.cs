using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>GET /agents/profile?name=.</summary>
internal sealed class AgentRoutes(LiveNetwork network)
{
    private const int RecentMax = 10;

    public static void Map(RouteGroupBuilder api, LiveNetwork network) =>
        api.MapMethods("/agents/profile", Methods.Read, new AgentRoutes(network).ProfileAsync);

    private Task ProfileAsync(HttpContext context)
    {
        var now = network.Now;
        if (now.Population.FindAgent(context.Request.Query["name"].FirstOrDefault() ?? "") is not { } agent)
        {
            return ApiError.WriteAsync(context, ApiError.AgentNotFound);
        }

        var posts = now.Ordered(PostOrder.New).Where(post => post.Author == agent.Name).Take(RecentMax).ToArray();
        var comments = now.Comments.Where(comment => comment.Author == agent.Name)
            .OrderByDescending(static comment => comment.CreatedAt)
            .Take(RecentMax);
        return Answers.JsonAsync(context, json =>
        {
            json.WriteBoolean("success", true);
            json.WriteStartObject("agent");
            WriteAgent(json, agent);
            json.WriteEndObject();
            ListAnswer.WriteItems(json, "recentPosts", posts, (writer, post) => Shapes.Post(writer, post, now));
            ListAnswer.WriteItems(json, "recentComments", comments, (writer, comment) =>
            {
                writer.WriteStartObject();
                Shapes.CommentMembers(writer, comment, now);
                writer.WriteEndObject();
            });
        });
    }

    /// <summary>Every number twice: G1 and G2 write snake_case, G0 camelCase.</summary>
    private static void WriteAgent(Utf8JsonWriter json, AgentProfile agent)
    {
        json.WriteString("id", agent.Id);
        json.WriteString("name", agent.Name);
        json.WriteString("displayName", agent.Name);
        json.WriteString("description", "");
        json.WriteNumber("karma", agent.Karma);
        string[] follows = ["follower_count", "followerCount", "following_count", "followingCount"];
        foreach (var name in follows)
        {
            json.WriteNumber(name, 0);
        }

        json.WriteNumber("posts_count", agent.PostCount);
        json.WriteNumber("postsCount", agent.PostCount);
        json.WriteNumber("comments_count", agent.CommentCount);
        json.WriteNumber("commentsCount", agent.CommentCount);
        foreach (var name in (ReadOnlySpan<string>)["is_claimed", "isClaimed", "is_active", "isActive"])
        {
            json.WriteBoolean(name, true);
        }

        json.WriteString("created_at", agent.FirstSeen);
        json.WriteString("createdAt", agent.FirstSeen);
        json.WriteString("last_active", agent.LastSeen);
        json.WriteString("lastActive", agent.LastSeen);
        json.WriteNull("avatar_url");
        json.WriteNull("owner");
    }
}
