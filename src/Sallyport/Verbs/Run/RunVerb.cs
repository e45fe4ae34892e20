using System.CommandLine;
using System.Globalization;

namespace Sallyport.Verbs;

/// <summary><c>sallyport run</c>: any command, with its way out through the gate.</summary>
/// <remarks>Until the sandbox is built the proxy variables are a convenience and not a wall; the run is recorded as
/// unconfined, and says so.</remarks>
internal static class RunVerb
{
    private const string EveryForm = "a number of s, m, h or d, from 1s to 30d (30m)";

    public static Command Create()
    {
        var agent = new Option<string>("--agent") { Description = "Whose run it is.", Required = true };
        var command = new Argument<string[]>("command")
        {
            Description = "The command and its arguments, after --",
            Arity = ArgumentArity.OneOrMore,
        };
        var quiet = new Option<bool>("--quiet") { Description = "Say nothing of our own." };
        var brief = new Option<string?>("--brief")
        {
            Description = "What you ask for, in your words: text that acts of the run may be made of. @FILE reads it.",
        };
        var every = Every();
        var times = Times();
        var home = new Option<string?>("--home")
        {
            Description = "Give the command a home folder of its own, a copy of this one; it is removed afterwards.",
        };
        var state = Places.State();
        var verb = new Command("run", "Run any command behind the gate.")
        {
            agent, brief, every, times, home, quiet, state, command,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(times) is { Implicit: false } && result.GetResult(every) is null or { Implicit: true })
            {
                result.AddError("--times says how often --every comes, and needs it.");
            }
        });
        verb.SetAction((parsed, cancellation) =>
        {
            var round = new RunRound(
                parsed.GetValue(state)!, // a default
                parsed.GetValue(agent)!, // required
                parsed.GetValue(command)!, // required
                BriefOf(parsed.GetValue(brief)),
                HomeOf(parsed.GetValue(home)),
                parsed.GetValue(quiet));
            return parsed.GetValue(every) is { } interval
                ? new Rounds(round, interval, parsed.GetValue(times), TimeProvider.System).RunAsync(cancellation)
                : round.RunAsync(cancellation);
        });
        return verb;
    }

    private static Option<TimeSpan?> Every() => new("--every")
    {
        Description = "Run it again and again, each time as a new run with a fresh process and a fresh home: 30m.",
        CustomParser = result =>
        {
            var given = result.Tokens[0].Value;
            var unit = given is [.., var last]
                ? last switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 }
                : 0;
            if (unit > 0 && long.TryParse(given.AsSpan(0, given.Length - 1), NumberStyles.None,
                CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Rounds.SecondsMax
                && count * unit <= Rounds.SecondsMax)
            {
                return TimeSpan.FromSeconds(count * unit);
            }

            result.AddError(Usage.NotOne("--every", given, EveryForm));
            return null;
        },
    };

    private static Option<int?> Times() => new("--times")
    {
        Description = "With --every: end after so many rounds.",
        CustomParser = result =>
        {
            var given = result.Tokens[0].Value;
            if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1)
            {
                return count;
            }

            result.AddError(Usage.NotOne("--times", given, "a number from 1 on"));
            return null;
        },
    };

    private static string? HomeOf(string? given) => given is null || Directory.Exists(given)
        ? given
        : throw new FaultException(
            new Fault(
                "run.home", $"There is no folder {given} to make a home of.",
                "Name a folder: --home FOLDER. Each run gets a copy of it as its home."),
            ExitCode.Usage);

    private static string? BriefOf(string? given)
    {
        if (given is not ['@', .. var file])
        {
            return given;
        }

        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FaultException(
                new Fault(
                    "run.brief",
                    $"The brief cannot be read: {failed.Message}",
                    "Name a text file: --brief @FILE"),
                ExitCode.Usage);
        }
    }
}
