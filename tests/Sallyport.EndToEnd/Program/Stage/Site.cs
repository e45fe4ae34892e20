using System.Text.Json;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.EndToEnd.Program;

/// <summary>A folder with a perimeter of its own, and the real program to run in it.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<Child> children = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("sallyport-e2e-").FullName;

    public string State => Path.Combine(Folder, ".sallyport");

    public string Configuration => Path.Combine(Folder, "perimeter", "sallyport.yaml");

    public LedgerFolder Ledger => new(Path.Combine(State, "ledger"));

    public string Sockets => SocketFolder.PathFor(State);

    /// <summary>The program as it is built beside the tests: artifacts/bin/Sallyport/release/sallyport.</summary>
    public static string Program { get; } = Built("Sallyport", "sallyport");

    /// <summary>The range, where the program looks for it.</summary>
    public static string Range { get; } = Built("Sallyport.Range", "sallyport-range");

    /// <summary>A site whose perimeter is written and whose state is made by <c>init</c>.</summary>
    public static async Task<Site> WithAsync(string configuration)
    {
        var site = new Site();
        Directory.CreateDirectory(Path.GetDirectoryName(site.Configuration)!); // it has a folder
        await File.WriteAllTextAsync(site.Configuration, configuration);
        var init = await site.RunAsync("init");
        Assert.True(init.Exit == 0, init.ToString());
        return site;
    }

    /// <summary>Runs the program to its end, with nothing on its standard input.</summary>
    public async Task<Ended> RunAsync(params string[] arguments)
    {
        await using var child = Child.Start(Program, arguments, Folder);
        child.Input.Close();
        return await child.EndAsync();
    }

    /// <summary>Runs a verb that must succeed, and gives its output.</summary>
    public async Task<string> OutputAsync(params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        Assert.True(ended.Exit == 0, $"{string.Join(' ', arguments)}: {ended}");
        return ended.Output;
    }

    /// <summary>The entries that <c>log --json</c> prints.</summary>
    public async Task<IReadOnlyList<JsonElement>> LogAsync(params string[] filter)
    {
        var output = await OutputAsync(["log", "--json", .. filter]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>Starts the program and lets it run; it ends with the site.</summary>
    public Child Start(params string[] arguments) => Start(Program, arguments);

    /// <summary>Starts another program in the site's folder.</summary>
    public Child Start(string program, string[] arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var child = Child.Start(program, arguments, Folder, environment);
        children.Add(child);
        return child;
    }

    /// <summary>Starts the node and waits until it serves.</summary>
    public Task<Up> UpAsync() => Started("up", "--json");

    /// <summary>Starts the node in a way of its own and waits until it serves.</summary>
    public async Task<Up> Started(params string[] arguments)
    {
        var child = Start(arguments);
        return new Up(child, JsonElement.Parse(await child.LineAsync()));
    }

    /// <summary>Opens a run that lasts as long as the site, so that it outlives a node. Its owner is a program beside
    /// this process: what this process starts must not be inside it.</summary>
    public async Task<OpenRun> OpenRunAsync(string agent)
    {
        var owner = Start(
            "run", "--quiet", "--agent", agent, "--", "sh", "-c",
            "echo \"$HTTP_PROXY\"; echo \"$SALLYPORT_SOCKET\"; read line");
        var credentials = new Uri(await owner.LineAsync()).UserInfo.Split(':');
        return new OpenRun(credentials[0], credentials[1], await owner.LineAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children)
        {
            await child.DisposeAsync();
        }

        if (Directory.Exists(Sockets))
        {
            Directory.Delete(Sockets, recursive: true);
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static string Built(string project, string name)
    {
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, "release", name));
        return File.Exists(path) ? path : throw new InvalidOperationException(
            $"{path} is not there: dotnet build -c Release tests/Sallyport.EndToEnd");
    }
}

/// <summary>A run, and the ways to the gate that its command was given: a token and a socket.</summary>
internal sealed record OpenRun(string Run, string Token, string Socket);

/// <summary>A node that serves.</summary>
internal sealed record Up(Child Child, JsonElement Ready)
{
    public string Proxy => Ready.GetProperty("proxy").GetString()!; // every perimeter of these tests has one

    public long Epoch => Ready.GetProperty("epoch").GetInt64();

    /// <summary>Asks it to stop, and waits.</summary>
    public Task<Ended> StopAsync()
    {
        Child.Signal(Child.SigTerm);
        return Child.EndAsync();
    }
}
