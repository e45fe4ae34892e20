using System.CommandLine;
using System.Diagnostics;
using Sallyport.Host;

namespace Sallyport.Verbs;

/// <summary><c>sallyport range</c>: the practice network. A program of its own, started as a child and met over HTTP only.</summary>
internal static class RangeVerb
{
    public static Command Create()
    {
        var rest = new Argument<string[]>("arguments") { Description = "What sallyport-range is to do: up, agent, --help.", Arity = ArgumentArity.ZeroOrMore };
        var verb = new Command("range", "Run the practice network (see: sallyport range -- --help).") { rest };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction(async (parsed, _) =>
        {
            using var range = new Process { StartInfo = Start([.. parsed.GetValue(rest)!, .. parsed.UnmatchedTokens]) }; // required
            using var signals = new PassedSignals();
            signals.Start(range);
            await range.WaitForExitAsync(CancellationToken.None);
            return range.ExitCode;
        });
        return verb;
    }

    /// <summary>How the range is started: the program beside ours, or in its own build folder.</summary>
    internal static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var here = AppContext.BaseDirectory;
        string[] places = [Path.Combine(here, "sallyport-range"), Path.GetFullPath(Path.Combine(here, "../../Sallyport.Range/release/sallyport-range"))];
        var program = Array.Find(places, File.Exists)
            ?? throw new FaultException(new Fault("range.missing", "The program sallyport-range is not beside this one.", "Build it: dotnet build -c Release src/Sallyport.Range"), ExitCode.Unavailable);
        return new ProcessStartInfo(program, arguments) { UseShellExecute = false };
    }
}
