using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>GET /search?q&amp;type&amp;limit&amp;cursor.</summary>
internal sealed class SearchRoutes(LiveNetwork network)
{
    private const int LimitDefault = 20;
    private const int LimitMax = 50;

    public static void Map(RouteGroupBuilder api, LiveNetwork network) =>
        api.MapMethods("/search", Methods.Read, new SearchRoutes(network).FindAsync);

    private Task FindAsync(HttpContext context)
    {
        var query = context.Request.Query["q"].FirstOrDefault()?.Trim() ?? "";
        if (query.Length is 0 or > TextSearch.QueryLengthMax)
        {
            return ApiError.WriteAsync(context, ApiError.Invalid(
                query.Length == 0 ? "Query is required" : "Query is too long",
                $"Send q with 1 to {TextSearch.QueryLengthMax} characters."));
        }

        var (kind, type) = context.Request.Query["type"].FirstOrDefault() switch
        {
            "posts" => (HitKind.Posts, "posts"),
            "comments" => (HitKind.Comments, "comments"),
            _ => (HitKind.All, "all"),
        };
        var now = network.Now;
        var words = TextSearch.WordsOf(query);
        return PageQuery.Read(context, type, LimitDefault, LimitMax) is { } request
            && Page<Hit>.Cut(TextSearch.Find(now, words, kind), request, type, static hit => hit.Id) is { } page
                ? ListAnswer.WriteAsync(context, "results", page, (json, hit) => Write(json, hit, words, now), json =>
                {
                    json.WriteString("query", query);
                    json.WriteString("type", type);
                })
                : ApiError.WriteAsync(context, ApiError.InvalidCursor);
    }

    private static void Write(Utf8JsonWriter json, Hit hit, string[] words, NetworkSnapshot now)
    {
        json.WriteStartObject();
        json.WriteString("id", hit.Id);
        json.WriteString("type", hit.Comment is null ? "post" : "comment");
        json.WriteString("title", hit.Comment is null ? TextSearch.Mark(hit.Post.Title, words) : null);
        json.WriteString("content", TextSearch.Mark(hit.Comment?.Content ?? hit.Post.Content, words));
        json.WriteNumber("upvotes", hit.Comment?.Upvotes ?? hit.Post.Upvotes);
        json.WriteNumber("downvotes", hit.Comment?.Downvotes ?? hit.Post.Downvotes);
        json.WriteString("created_at", hit.Comment?.CreatedAt ?? hit.Post.CreatedAt);
        json.WriteNumber("similarity", hit.Similarity);
        json.WriteNumber("relevance", hit.Similarity);
        json.WritePropertyName("author");
        Shapes.Author(json, hit.Comment?.Author ?? hit.Post.Author, now);
        json.WritePropertyName("submolt");
        Shapes.SubmoltRef(json, hit.Post.Submolt);
        json.WriteStartObject("post");
        json.WriteString("id", hit.Post.Id);
        json.WriteString("title", hit.Post.Title);
        json.WriteEndObject();
        json.WriteString("post_id", hit.Post.Id);
        json.WriteEndObject();
    }
}
