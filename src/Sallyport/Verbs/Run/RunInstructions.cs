using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary>The instruction files around one run: what it begins with, and what it did to them.</summary>
internal sealed class RunInstructions
{
    private const int ShownMax = 8;

    private readonly string?[] homes;
    private readonly InstructionScan before;

    private RunInstructions(string?[] homes)
    {
        this.homes = homes;
        before = Scan();
    }

    /// <summary>Full paths of what the run begins with.</summary>
    public IReadOnlyList<string> Paths => before.Paths;

    /// <summary>Looks at them before a run.</summary>
    /// <param name="home">What the run's home is a copy of; null where it is none.</param>
    public static RunInstructions Before(string? home) => new([Environment.GetEnvironmentVariable("HOME"), home]);

    /// <summary>Says what the run begins with, where that is not what a person wrote.</summary>
    public void Tell(RunOpened run)
    {
        foreach (var (folder, holds) in before.Cut)
        {
            Print.Warning(
                new Fault(
                    "run.instructions-unread",
                    $"{Print.Inert(folder)} {holds}: instruction files "
                    + "further down are not looked at, and which of them the run writes is not noticed.",
                    "Start the run in the folder that it works in."),
                json: false);
        }

        if (run.Labelled is { Count: > 0 } labelled)
        {
            Print.Warning(
                new Fault(
                    "run.instructions-labelled",
                    $"Runs under labels have written {Listed(labelled)}: this run starts with these labels.",
                    "See what they wrote, and clear it if it is harmless: sallyport instructions"),
                json: false);
        }
    }

    /// <summary>Tells the node and the person what is not what it was.</summary>
    public async Task TellChangesAsync(NodeClient node, RunOpened run)
    {
        var changes = Scan().Since(before);
        var (told, recorded, labels) = (0, new List<string>(), (IReadOnlyList<string>)[]);
        try
        {
            foreach (var change in changes)
            {
                var answer = await node.PostAsync(
                    $"runs/{run.Run}/instructions", change, ApiJson.Default.InstructionChange,
                    ApiJson.Default.InstructionAnswer, CancellationToken.None);
                told++;
                if (answer.Entry.Length > 0)
                {
                    recorded.Add(change.Path);
                    labels = answer.Labels;
                }
            }
        }
        catch (FaultException failed)
        {
            Print.Warning(
                new Fault(
                    "run.instructions-unrecorded",
                    $"Run {run.Run} changed {Listed([.. changes.Skip(told).Select(change => change.Path)])}, and it "
                    + $"could not be recorded: no later run is labelled by it ({failed.Fault.Code}).",
                    "Read it before another run starts there."),
                json: false);
        }

        if (recorded.Count > 0)
        {
            Print.Warning(
                new Fault(
                    "run.instructions-changed",
                    $"While run {run.Run} lasted, what tells agent programs what to do was changed, or may have been: "
                    + $"{Listed(recorded)}"
                    + (labels.Count == 0 ? "." : $"; runs that begin with it carry {string.Join(',', labels)}."),
                    "See what was changed, and clear it if it is harmless: sallyport instructions"),
                json: false);
        }
    }

    private InstructionScan Scan() => InstructionScan.Take(Environment.CurrentDirectory, homes);

    private static string Listed(IReadOnlyList<string> paths) =>
        string.Join(", ", paths.Take(ShownMax).Select(Print.Inert))
        + (paths.Count > ShownMax ? $" and {paths.Count - ShownMax} more" : "");
}
