using System.Text.Json;

namespace Sallyport.Demo;

/// <summary>A scripted agent behind the gate: takes one step at a time and says what came back.</summary>
internal sealed class DemoAgent(string name, ChildProcess process) : IAsyncDisposable
{
    /// <summary>Whose run it is.</summary>
    public string Name => name;

    /// <summary>Takes a step and waits for the next line about it.</summary>
    /// <param name="step">A step of the range's scripted agents, as JSON.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<JsonElement> StepAsync(string step, CancellationToken cancellation)
    {
        await process.SendAsync(step);
        return await NextAsync(cancellation);
    }

    /// <summary>The next line.</summary>
    public async Task<JsonElement> NextAsync(CancellationToken cancellation) =>
        JsonDocument.Parse(await process.LineAsync(cancellation)).RootElement;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
