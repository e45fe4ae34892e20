using System.CommandLine;
using System.Diagnostics;
using Sallyport.Console;
using Sallyport.Demo;

namespace Sallyport.Verbs;

/// <summary><c>sallyport demo</c>: a hostile network, two agents, and what the gate does about it.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var keep = new Option<string?>("--keep") { Description = "Keep the demo's perimeter and state in this new folder, to look into." };
        var verb = new Command("demo", "Show everything on this machine, with nothing to install. Exit code 0 only if every promise was kept.") { keep };
        verb.SetAction(async (parsed, cancellation) => await PlayAsync(parsed.GetValue(keep), cancellation));
        return verb;
    }

    private static async Task<int> PlayAsync(string? keep, CancellationToken cancellation)
    {
        if (keep is not null && Directory.Exists(keep))
        {
            throw new FaultException(new Fault("demo.exists", $"{keep} is there already.", "Name a folder that is not."), ExitCode.Usage);
        }

        var folder = keep is null ? Directory.CreateTempSubdirectory("sallyport-demo-").FullName : Directory.CreateDirectory(keep).FullName;
        var clock = Stopwatch.StartNew();
        try
        {
            bool allKept;
            await using (var stage = await DemoStage.SetAsync(folder, cancellation))
            {
                Print.Line($"A network of bots with {stage.Posts} posts ({Print.Inert(stage.PostsFrom)}), a gate, and two agents behind it.");
                Print.Line();
                Print.Line($"{"",-4} {"what",-32} {"got",-35} entry");
                (allKept, var denied) = await new DemoScript(stage, Show).PlayAsync(cancellation);
                Print.Line();
                Print.Line($"sallyport why {denied}");
                WhyLines.Show(
                    await stage.Client.GetAsync($"why/{denied}?limit=3", ApiJson.Default.WhyView, cancellation),
                    asMany: true);
            }

            Print.Line();
            Print.Line(allKept ? $"Every promise was kept ({clock.Elapsed.TotalSeconds:0.0} s)." : "A PROMISE WAS NOT KEPT: see the lines marked NO.");
            Print.Line("Go on with a perimeter of your own:");
            Print.Line("  ./sallyport init && ./sallyport up");
            Print.Line("  ./sallyport run --agent research -- curl https://www.moltbook.com/api/v1/posts");
            return (int)(allKept ? ExitCode.Yes : ExitCode.No);
        }
        finally
        {
            if (keep is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    // 80 columns: a promise that is kept needs no more words than what came back.
    private static void Show(DemoLine line)
    {
        Print.Line($"{(line.Kept ? "ok" : "NO"),-4} {line.What,-32} {line.Got,-35} {line.Entry}");
        if (!line.Kept)
        {
            Print.Line($"     promised: {line.Promised}");
        }
    }
}
