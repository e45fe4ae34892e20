using System.Diagnostics;
using System.Text.Json;
using Sallyport.Host;
using Sallyport.Verbs;

namespace Sallyport.Demo;

/// <summary>A throw-away perimeter with a range behind it and a node before it.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private readonly string folder;
    private readonly ChildProcess range;
    private readonly ChildProcess node;

    private DemoStage(string folder, ChildProcess range, ChildProcess node, JsonElement rangeReady)
    {
        this.folder = folder;
        this.range = range;
        this.node = node;
        Posts = rangeReady.GetProperty("posts").GetInt32();
        PostsFrom = rangeReady.GetProperty("source").GetString()!; // its ready line always has it
        RangeAddress = rangeReady.GetProperty("listen").GetString()!; // likewise
        RangeCa = rangeReady.GetProperty("ca").GetString()!; // likewise
        Client = new NodeClient(State);
    }

    /// <summary>Posts that the range serves.</summary>
    public int Posts { get; }

    /// <summary>Where they come from.</summary>
    public string PostsFrom { get; }

    /// <summary>Where the range listens.</summary>
    public string RangeAddress { get; }

    /// <summary>The range's own CA.</summary>
    public string RangeCa { get; }

    /// <summary>Speaks to the node.</summary>
    public NodeClient Client { get; }

    private string State => Path.Combine(folder, "state");

    /// <summary>Sets the stage.</summary>
    public static async Task<DemoStage> SetAsync(string folder, CancellationToken cancellation)
    {
        var range = new ChildProcess(RangeVerb.Start(
            ["up", "--state", Path.Combine(folder, "range"), "--listen", "127.0.0.1:0", "--until-stdin-closes", .. Data() is { } data ? new[] { "--data", data, "--or-samples" } : []]));
        try
        {
            var ready = JsonDocument.Parse(await range.LineAsync(cancellation)).RootElement;
            var perimeter = Path.Combine(folder, "perimeter");
            Directory.CreateDirectory(perimeter);
            File.Copy(ready.GetProperty("ca").GetString()!, Path.Combine(perimeter, "range-ca.pem")); // its ready line always has it
            await File.WriteAllTextAsync(Path.Combine(perimeter, "sallyport.yaml"), Configuration(ready.GetProperty("listen").GetString()!), cancellation); // likewise
            var state = new StateFolder(Path.Combine(folder, "state"));
            if (state.Create("example.org", TimeProvider.System) is { } fault)
            {
                throw new FaultException(fault, ExitCode.Configuration);
            }

            var node = new ChildProcess(Self("up", "--perimeter", perimeter, "--state", state.Root));
            await node.LineAsync(cancellation);
            return new DemoStage(folder, range, node, ready);
        }
        catch
        {
            await range.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an agent as anybody would: <c>sallyport run --agent NAME -- COMMAND</c>.</summary>
    public DemoAgent StartAgent(string name)
    {
        var range = RangeVerb.Start([]);
        return new DemoAgent(name, new ChildProcess(Self("run", "--quiet", "--state", State, "--agent", name, "--", range.FileName, "agent", "--script", "-")));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await node.DisposeAsync();
        await range.DisposeAsync();
    }

    /// <summary>The perimeter of the demo: who may reach what, and what reading there brings.</summary>
    private static string Configuration(string range) => $$"""
        version: 1
        organisation: example.org
        listen:
          proxy: 127.0.0.1:0
        roles:
          reader:
            allow:
              - GET,HEAD www.moltbook.com/api/v1/**
              - POST www.moltbook.com/api/v1/posts
          clerk:
            allow:
              - GET,HEAD wiki.corp.example
              - ledger.corp.example/entries
        agents:
          research: { role: reader, owner: alice@example.org }
          clerk: { role: clerk, owner: bob@example.org }
        sources:
          moltbook: { hosts: [www.moltbook.com], labels: [untrusted, social], address: {{range}}, ca: range-ca.pem }
          corp: { hosts: [wiki.corp.example, ledger.corp.example], labels: [], address: {{range}}, ca: range-ca.pem }

        """;

    private static ProcessStartInfo Self(params string[] arguments) => new(Environment.ProcessPath!, arguments); // we run from a file

    // Recorded posts if they are there: SALLYPORT_DATA, or beside the repository.
    private static string? Data()
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "Sallyport.slnx")))
            {
                var beside = Path.GetFullPath(Path.Combine(place.FullName, "..", "shared", "data"));
                return Directory.Exists(beside) ? beside : null;
            }
        }

        return null;
    }
}
