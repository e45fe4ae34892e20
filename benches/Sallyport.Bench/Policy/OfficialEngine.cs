using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.Bench.Policy;

/// <summary>
/// The official engine, as WebAssembly in a Node process of its own, behind <c>benches/cedar/official.js</c>: a line of JSON is answered
/// by a line. It idles while nobody asks.
/// </summary>
internal sealed class OfficialEngine : IDisposable
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private OfficialEngine(Process process) => _process = process;

    /// <summary>What it is, with its versions.</summary>
    public string Description { get; private set; } = "";

    /// <summary>Starts it in a folder where its package is installed.</summary>
    /// <exception cref="CannotRunException">It does not start.</exception>
    public static OfficialEngine Start(string root, string folder)
    {
        // Node 20 now and then dies with "unreachable code" in V8's deoptimizer when it has inlined a call into WebAssembly that takes
        // references, as this package's do. Without that inlining it does not, and a decision takes as long.
        var start = new ProcessStartInfo("node", ["--no-turbo-inline-js-wasm-calls", Path.Combine(root, "benches", "cedar", "official.js"), folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        var engine = new OfficialEngine(Process.Start(start) ?? throw new CannotRunException("node did not start.", "Start node --version by hand."));
        try
        {
            var hello = engine.Ask(new JsonObject { ["op"] = "hello" });
            engine.Description = $"@cedar-policy/cedar-wasm {Text(hello, "cedar")} (language {Text(hello, "language")}) in Node {Text(hello, "node")}";
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="CannotRunException">It has ended.</exception>
    /// <exception cref="OfficialFaultException">It could not do what was asked.</exception>
    public JsonElement Ask(JsonObject question)
    {
        Send(question);
        return Receive();
    }

    /// <summary>Asks without waiting; <see cref="Receive"/> has the answer.</summary>
    public void Send(JsonObject question)
    {
        _process.StandardInput.WriteLine(question.ToJsonString());
        _process.StandardInput.Flush();
    }

    /// <summary>The next answer.</summary>
    public JsonElement Receive()
    {
        var line = _process.StandardOutput.ReadLine()
            ?? throw new CannotRunException("The official engine's process has ended.", "Look above for what node said.");
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("fault", out var fault)
            ? throw new OfficialFaultException(fault.GetString() ?? "")
            : document.RootElement.Clone();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The end of its input ends it.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(EndPatience))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}

/// <summary>The official engine refused what it was given.</summary>
internal sealed class OfficialFaultException(string message) : Exception(message);
