using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>
/// Posting, commenting and voting with any key. Posts and comments stay in memory and are readable at once; votes are
/// answered and change no number.
/// </summary>
internal sealed class WriteRoutes(LiveNetwork network, TimeProvider time)
{
    private const int TitleLengthMax = 300;
    private const int ContentLengthMax = 40_000;

    // A key has no name behind it here.
    private const string Author = "range_visitor";

    public static void Map(RouteGroupBuilder api, LiveNetwork network, TimeProvider time)
    {
        var routes = new WriteRoutes(network, time);
        api.MapMethods("/posts", Methods.Post, routes.PostAsync);
        api.MapMethods("/posts/{id}/comments", Methods.Post, routes.CommentAsync);
        foreach (var (word, path) in (ReadOnlySpan<(string, string)>)[("Upvoted", "upvote"), ("Downvoted", "downvote")])
        {
            api.MapMethods(
                $"/posts/{{id}}/{path}",
                Methods.Post,
                context => VoteAsync(context, word, routes.AuthorOfPost, ApiError.PostNotFound));
            api.MapMethods(
                $"/comments/{{id}}/{path}",
                Methods.Post,
                context => VoteAsync(context, word, routes.AuthorOfComment, ApiError.CommentNotFound));
        }

        api.MapMethods("/posts/{id}", Methods.Delete, DeleteAsync);
        api.MapMethods("/comments/{id}", Methods.Delete, DeleteAsync);
    }

    private async Task PostAsync(HttpContext context)
    {
        using var document = await BodyAsync(context);
        if (document?.RootElement is not { } body)
        {
            return;
        }

        var submolt = body.Text("submolt_name") ?? body.Text("submolt");
        var title = body.Text("title");
        var content = body.Text("content") ?? "";
        if (string.IsNullOrWhiteSpace(submolt)
            || title is not { Length: > 0 and <= TitleLengthMax }
            || content.Length > ContentLengthMax)
        {
            await ApiError.WriteAsync(context, ApiError.Invalid(
                "A post needs a submolt_name and a title",
                $"Title up to {TitleLengthMax} characters, content up to {ContentLengthMax}."));
            return;
        }

        var post = new Post
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Title = title,
            Content = content,
            Url = body.Text("url"),
            Author = Author,
            Submolt = submolt,
            Upvotes = 0,
            Downvotes = 0,
            CreatedAt = time.GetUtcNow(),
        };
        if (!network.TryPublish(post))
        {
            await ApiError.WriteAsync(context, ApiError.Full);
            return;
        }

        await Answers.JsonAsync(context, StatusCodes.Status201Created, json =>
        {
            json.WriteBoolean("success", true);
            json.WriteString("message", "Post created! 🦞");
            json.WritePropertyName("post");
            Shapes.Post(json, post, network.Now);
            json.WriteBoolean("verification_required", false);
        });
    }

    private async Task CommentAsync(HttpContext context)
    {
        using var document = await BodyAsync(context);
        if (document?.RootElement is not { } body)
        {
            return;
        }

        if (!Guid.TryParse((string?)context.GetRouteValue("id"), out var post) || network.Now.FindPost(post) is null)
        {
            await ApiError.WriteAsync(context, ApiError.PostNotFound);
            return;
        }

        if (body.Text("content") is not { Length: > 0 and <= ContentLengthMax } content)
        {
            await ApiError.WriteAsync(
                context, ApiError.Invalid("A comment needs content", $"Up to {ContentLengthMax} characters."));
            return;
        }

        var isReply = Guid.TryParse(body.Text("parent_id"), out var above)
            && network.Now.FindComment(above)?.PostId == post;
        var comment = new Comment
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            PostId = post,
            ParentId = isReply ? above : null,
            Content = content,
            Author = Author,
            Upvotes = 0,
            Downvotes = 0,
            CreatedAt = time.GetUtcNow(),
        };
        if (!network.TryPublish(comment))
        {
            await ApiError.WriteAsync(context, ApiError.Full);
            return;
        }

        await Answers.JsonAsync(context, StatusCodes.Status201Created, json =>
        {
            json.WriteBoolean("success", true);
            json.WriteString("message", "Comment added! 🦞");
            json.WriteStartObject("comment");
            Shapes.CommentMembers(json, comment, network.Now);
            json.WriteEndObject();
            json.WriteBoolean("verification_required", false);
        });
    }

    private static async Task VoteAsync(
        HttpContext context, string word, Func<Guid, string?> authorOf, ApiError notFound)
    {
        if (!BearerKey.IsPresent(context))
        {
            await ApiError.WriteAsync(context, ApiError.Unauthorized);
            return;
        }

        if (!Guid.TryParse((string?)context.GetRouteValue("id"), out var id) || authorOf(id) is not { } author)
        {
            await ApiError.WriteAsync(context, notFound);
            return;
        }

        await Answers.JsonAsync(context, json =>
        {
            json.WriteBoolean("success", true);
            json.WriteString("message", $"{word}! 🦞");
            json.WriteString("action", word.ToLowerInvariant());
            json.WriteStartObject("author");
            json.WriteString("name", author);
            json.WriteEndObject();
            json.WriteBoolean("already_following", false);
        });
    }

    private string? AuthorOfPost(Guid id) => network.Now.FindPost(id)?.Author;

    private string? AuthorOfComment(Guid id) => network.Now.FindComment(id)?.Author;

    private static Task DeleteAsync(HttpContext context) =>
        ApiError.WriteAsync(context, BearerKey.IsPresent(context) ? ApiError.Forbidden : ApiError.Unauthorized);

    /// <summary>Null when the request was answered already: no key, too much, or no JSON object.</summary>
    private static async Task<JsonDocument?> BodyAsync(HttpContext context)
    {
        // The body is read even without a key: what a refused client sent has still arrived, and the log counts it.
        var body = await JsonBody.ReadAsync(context);
        var error = !BearerKey.IsPresent(context) ? ApiError.Unauthorized
            : body.TooLarge ? ApiError.TooLarge
            : body.Document is null ? ApiError.Invalid("The body is not a JSON object", "Send application/json.")
            : null;
        if (error is null)
        {
            return body.Document;
        }

        body.Document?.Dispose();
        await ApiError.WriteAsync(context, error);
        return null;
    }
}
