using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>An error as the API documents it: `{success:false, error, hint, code}` (`code` is G0's).</summary>
internal sealed record ApiError(int Status, string Code, string Error, string Hint)
{
    public static ApiError Unauthorized { get; } = new(
        StatusCodes.Status401Unauthorized,
        "UNAUTHORIZED",
        "Authentication required",
        "Send Authorization: Bearer moltbook_...");

    public static ApiError PostNotFound { get; } = new(
        StatusCodes.Status404NotFound, "NOT_FOUND", "Post not found", "Check the post id.");

    public static ApiError CommentNotFound { get; } = new(
        StatusCodes.Status404NotFound, "NOT_FOUND", "Comment not found", "Check the comment id.");

    public static ApiError SubmoltNotFound { get; } = new(
        StatusCodes.Status404NotFound, "NOT_FOUND", "Submolt not found", "GET /submolts lists them.");

    public static ApiError AgentNotFound { get; } = new(
        StatusCodes.Status404NotFound, "NOT_FOUND", "Agent not found", "Check the name; it is case-sensitive.");

    public static ApiError InvalidCursor { get; } = new(
        StatusCodes.Status400BadRequest,
        "BAD_REQUEST",
        "Invalid cursor",
        "Use the next_cursor of the page before, with the same sort.");

    public static ApiError Forbidden { get; } = new(
        StatusCodes.Status403Forbidden, "FORBIDDEN", "You can only change what is yours", "Use the key of the author.");

    public static ApiError TooLarge { get; } = new(
        StatusCodes.Status413PayloadTooLarge, "BAD_REQUEST", "Request body too large", "Send less than 1 MiB.");

    public static ApiError Full { get; } = new(
        StatusCodes.Status507InsufficientStorage,
        "CONFLICT",
        "The range takes no more",
        "Restart it; what was published is in memory only.");

    public static ApiError Misdirected { get; } = new(
        StatusCodes.Status421MisdirectedRequest, "BAD_REQUEST", "The range does not serve this host", "See --sites.");

    public static ApiError Invalid(string error, string hint) =>
        new(StatusCodes.Status400BadRequest, "VALIDATION_ERROR", error, hint);

    public static Task WriteAsync(HttpContext context, ApiError error) =>
        Answers.JsonAsync(context, error.Status, error.Members);

    private void Members(Utf8JsonWriter json)
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", Error);
        json.WriteString("hint", Hint);
        json.WriteString("code", Code);
    }
}
