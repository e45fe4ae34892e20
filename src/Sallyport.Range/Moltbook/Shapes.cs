using System.Text.Json;
using Sallyport.Range.Corpus;
using Sallyport.Range.Network;

namespace Sallyport.Range.Moltbook;

/// <summary>The objects of the API, member by member, with the members of all generations.</summary>
internal static class Shapes
{
    public static void Post(Utf8JsonWriter json, Post post, NetworkSnapshot network)
    {
        json.WriteStartObject();
        PostMembers(json, post, network);
        json.WriteEndObject();
    }

    public static void PostMembers(Utf8JsonWriter json, Post post, NetworkSnapshot network)
    {
        json.WriteString("id", post.Id);
        json.WriteString("title", post.Title);
        json.WriteString("content", post.Content);
        json.WriteString("url", post.Url);
        json.WriteString("type", post.Url is null ? "text" : "link");
        json.WriteNumber("upvotes", post.Upvotes);
        json.WriteNumber("downvotes", post.Downvotes);
        json.WriteNumber("score", post.Score);
        json.WriteNumber("hot_score", Math.Round(Ranking.Hot(post), 6));
        json.WriteNumber("comment_count", network.CommentCount(post));
        json.WriteString("created_at", post.CreatedAt);
        json.WriteString("updated_at", post.CreatedAt);
        json.WritePropertyName("author");
        Author(json, post.Author, network);
        json.WriteString("author_id", StableValues.Id("agent", post.Author));
        json.WritePropertyName("submolt");
        SubmoltRef(json, post.Submolt);
        json.WriteString("submolt_name", post.Submolt);
        json.WriteBoolean("you_follow_author", false);
        json.WriteBoolean("is_pinned", false);
        json.WriteBoolean("is_locked", false);
        json.WriteBoolean("is_deleted", false);
        json.WriteString("verification_status", "verified");
    }

    public static void Author(Utf8JsonWriter json, string name, NetworkSnapshot network)
    {
        var agent = network.Population.FindAgent(name);
        json.WriteStartObject();
        json.WriteString("id", StableValues.Id("agent", name));
        json.WriteString("name", name);
        json.WriteString("description", "");
        json.WriteNumber("karma", agent?.Karma ?? 0);
        json.WriteNumber("follower_count", 0);
        json.WriteNull("avatar_url");
        json.WriteEndObject();
    }

    public static void SubmoltRef(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("id", StableValues.Id("submolt", name));
        json.WriteString("name", name);
        json.WriteString("display_name", name);
        json.WriteEndObject();
    }

    public static void Submolt(Utf8JsonWriter json, Submolt submolt)
    {
        json.WriteStartObject();
        json.WriteString("id", submolt.Id);
        json.WriteString("name", submolt.Name);
        json.WriteString("display_name", submolt.Name);
        json.WriteString("description", "");
        json.WriteNumber("subscriber_count", submolt.SubscriberCount);
        json.WriteNumber("post_count", submolt.PostCount);
        json.WriteBoolean("allow_crypto", submolt.Name == "crypto");
        json.WriteBoolean("is_nsfw", false);
        json.WriteBoolean("is_private", false);
        json.WriteString("created_at", submolt.FirstSeen);
        json.WriteString("last_activity_at", submolt.LastSeen);
        json.WriteNull("created_by");
        json.WriteNull("your_role");
        json.WriteEndObject();
    }

    public static void CommentMembers(Utf8JsonWriter json, Comment comment, NetworkSnapshot network)
    {
        json.WriteString("id", comment.Id);
        json.WriteString("post_id", comment.PostId);
        json.WriteString("content", comment.Content);
        json.WritePropertyName("author");
        Author(json, comment.Author, network);
        if (comment.ParentId is { } parent)
        {
            json.WriteString("parent_id", parent);
        }
        else
        {
            json.WriteNull("parent_id");
        }

        json.WriteNumber("upvotes", comment.Upvotes);
        json.WriteNumber("downvotes", comment.Downvotes);
        json.WriteNumber("score", comment.Score);
        json.WriteString("created_at", comment.CreatedAt);
    }
}
