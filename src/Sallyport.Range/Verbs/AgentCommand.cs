using System.CommandLine;
using Sallyport.Range.Agents;

namespace Sallyport.Range.Verbs;

/// <summary>
/// `sallyport-range agent`: a scripted agent. Exit code 0 when every step succeeded, 1 when one was denied or failed.
/// </summary>
internal static class AgentCommand
{
    private const string NetworkBase = "https://www.moltbook.com/api/v1";

    private static readonly Option<string?> ScriptOption = new("--script")
    {
        Description = "A file of steps, one JSON object a line; - is standard input.",
    };

    private static readonly Option<string> BaseOption = new("--base")
    {
        Description = "The network's API.",
        DefaultValueFactory = static _ => NetworkBase,
    };

    private static readonly Option<int> CountOption = new("--count")
    {
        Description = "How many different posts to read.",
        DefaultValueFactory = static _ => 500,
    };

    private static readonly Option<string> BooksOption = new("--books")
    {
        Description = "Where the action agent books its entry.",
        DefaultValueFactory = static _ => "https://ledger.corp.example/entries",
    };

    public static Command Create()
    {
        var research = new Command("research", "Reads posts, and nothing else.") { BaseOption, CountOption };
        research.SetAction(static (parse, cancellation) => RunAsync(ResearchSteps(parse), cancellation));
        var act = new Command("act", "Asks for the feed, then books an entry in the company's ledger.")
        {
            BaseOption, BooksOption,
        };
        act.SetAction(static (parse, cancellation) => RunAsync(ActSteps(parse), cancellation));
        const string What = "Run a scripted agent: a plain HTTP client with proxy and trust from its environment.";
        var agent = new Command("agent", What)
        {
            ScriptOption, research, act,
        };
        agent.SetAction(static (parse, cancellation) => RunScriptAsync(parse, cancellation));
        return agent;
    }

    private static Step[] ResearchSteps(ParseResult parse) =>
        [new Step.ReadPosts(UrlFrom(parse.GetRequiredValue(BaseOption)), parse.GetValue(CountOption), "new")];

    private static Step[] ActSteps(ParseResult parse)
    {
        var posts = UrlFrom(parse.GetRequiredValue(BaseOption).TrimEnd('/') + "/posts?limit=5");
        var books = UrlFrom(parse.GetRequiredValue(BooksOption));
        const string Entry = """{"account":"6800-office","amount_cents":1250,"memo":"Booked by the action agent"}""";
        return
        [
            new Step.Request("GET", posts, null, new Dictionary<string, string>()),
            new Step.Request("POST", books, Entry, new Dictionary<string, string>()),
        ];
    }

    private static async Task<int> RunAsync(Step[] steps, CancellationToken cancellation)
    {
        using var client = new AgentClient();
        var runner = new ScriptRunner(client, Console.Out, TimeProvider.System);
        foreach (var step in steps)
        {
            await runner.RunAsync(step, cancellation);
        }

        return (int)(runner.AllSucceeded ? ExitCode.Yes : ExitCode.No);
    }

    private static async Task<int> RunScriptAsync(ParseResult parse, CancellationToken cancellation)
    {
        if (parse.GetValue(ScriptOption) is not { } path)
        {
            throw new FaultException(new Fault(
                "range.script.none",
                "No script and no agent was named.",
                "Give --script FILE, or research, or act.",
                ExitCode.Usage));
        }

        using var client = new AgentClient();
        var runner = new ScriptRunner(client, Console.Out, TimeProvider.System);
        try
        {
            using var script = path == "-" ? new StreamReader(Console.OpenStandardInput()) : new StreamReader(path);
            await runner.RunAsync(script, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(new Fault(
                "range.script.unreadable",
                $"The script '{path}' cannot be read: {exception.Message}",
                "Give --script a file, or - for standard input."));
        }

        return (int)(runner.AllSucceeded ? ExitCode.Yes : ExitCode.No);
    }

    private static Uri UrlFrom(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new FaultException(new Fault(
                "range.url.invalid",
                $"'{text}' is not an http or https URL.",
                $"Write it whole, such as {NetworkBase}.",
                ExitCode.Usage));
}
