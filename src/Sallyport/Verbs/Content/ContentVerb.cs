using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Console;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport content</c>: bodies that are kept, and what becomes of them.</summary>
internal static class ContentVerb
{
    private const int ListUsual = 20;

    public static Command Create() => new(
        "content", "Show the bodies that content: keeps, hold them beyond their time, and drop them.")
    {
        List(),
        Show(),
        ContentActs.Hold(),
        ContentActs.Release(),
        ContentActs.Drop(),
    };

    /// <summary>The digest of a body.</summary>
    public static Argument<string> Digest()
    {
        var digest = new Argument<string>("digest") { Description = "SHA-256 of the body: 64 hex digits." };
        digest.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !ContentScope.IsWhole(given))
            {
                result.AddError(Usage.NotOne("<digest>", given, "64 hex digits in lower case, as log --json shows it"));
            }
        });
        return digest;
    }

    private static Command List()
    {
        var limit = Places.Limit("At most so many bodies (those that were kept last).", ListUsual);
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("list", "Show how much is kept, the legal holds, and the bodies that were kept last.")
        {
            limit, state, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var kept = await node.GetAsync(
                $"content?limit={parsed.GetValue(limit)}", ApiJson.Default.ContentListView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(kept, ApiJson.Default.ContentListView);
                return (int)ExitCode.Yes;
            }

            Print.Line($"{Bodies(kept.Bodies)} kept, {kept.Bytes} of {kept.BytesMax} bytes");
            if (kept.Missed > 0)
            {
                Print.Line($"{kept.Missed} not kept since the start, and why: sallyport log --kind content");
            }

            foreach (var hold in kept.Holds)
            {
                Print.Line(Print.Inert(
                    $"legal hold {hold.Id} on {hold.Scope} by {hold.Author} since {Print.Time(hold.At)}: "
                    + hold.Reason));
            }

            foreach (var body in kept.Newest)
            {
                Print.Line($"{body.Digest}  {ContentWords.Of(body)}");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static Command Show()
    {
        var digest = Digest();
        var whole = new Option<bool>("--body")
        {
            Description = "Write the body itself, byte for byte; made inert where it goes to a terminal.",
        };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("show", "Show what became of a body, and the body.") { digest, whole, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var name = parsed.GetRequiredValue(digest);
            if (parsed.GetValue(whole))
            {
                await WriteAsync(await node.BytesAsync($"content/{name}/body", cancellation), name, cancellation);
                return (int)ExitCode.Yes;
            }

            var body = await node.GetAsync($"content/{name}", ApiJson.Default.ContentView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(body, ApiJson.Default.ContentView);
            }
            else
            {
                Print.Line($"{body.Digest}");
                Print.Line($"  {ContentWords.Of(body)}");
                Print.Line($"  who sent or got it: sallyport log --digest {body.Digest}");
            }

            return (int)(body.State == "kept" ? ExitCode.Yes : ExitCode.No);
        });
        return verb;
    }

    private static async Task WriteAsync(byte[] body, string digest, CancellationToken cancellation)
    {
        // Not on the node's word alone: its files may have been changed after it looked.
        if (Convert.ToHexStringLower(SHA256.HashData(body)) != digest)
        {
            throw new FaultException(ContentFaults.Damaged(digest), ExitCode.No);
        }

        if (!System.Console.IsOutputRedirected)
        {
            Print.Line(Print.InertLines(Encoding.UTF8.GetString(body)));
            return;
        }

        await using var output = System.Console.OpenStandardOutput();
        await output.WriteAsync(body, cancellation);
    }

    private static string Bodies(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? "body" : "bodies")}");
}

/// <summary>What became of a body, in words.</summary>
internal static class ContentWords
{
    /// <summary>One line, without the digest.</summary>
    public static string Of(ContentView body) => Print.Inert(body switch
    {
        { State: "kept", Until: { } until, Since: { } since } =>
            $"kept since {Print.Time(since)} until {Print.Time(until)}"
            + (body.Hold is { } hold ? $" and longer, under legal hold {hold}" : ""),
        { State: "dropped" } => $"dropped, entry {body.Entry}: {body.Reason}",
        { State: "not-kept" } => $"not kept, entry {body.Entry}: {body.Reason}",
        { State: "missing" } => $"MISSING: it was kept, entry {body.Entry}, and nothing says that it was dropped",
        _ => "never kept: no rule names it, or it was one of many that were missed at once",
    });
}
