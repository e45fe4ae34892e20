using System.CommandLine;
using Sallyport.Host;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary><c>sallyport init</c>: a perimeter of one's own.</summary>
internal static class InitVerb
{
    public static Command Create()
    {
        var (perimeter, state, json) = (Places.Perimeter(), Places.State(), Places.Json());
        var verb = new Command("init", "Write a first configuration and the node's own folder. Never replaces anything.") { perimeter, state, json };
        verb.SetAction(parsed =>
        {
            var (folder, own) = (parsed.GetValue(perimeter)!, new StateFolder(parsed.GetValue(state)!)); // have defaults
            var written = PerimeterFolder.Init(folder);

            // Somebody else's clone of the configuration: it stands, and the state is what is missing.
            if (written is not null && (written.Code != "perimeter.exists" || Directory.Exists(own.Root)))
            {
                throw new FaultException(written, ExitCode.Configuration);
            }

            var file = Path.Combine(folder, PerimeterFolder.FileName);
            if (!parsed.GetValue(json))
            {
                Print.Line(written is null
                    ? $"wrote {file}: agents, roles, sources; yours to edit and to keep in git"
                    : $"kept  {file}");
            }

            var (_, options) = CheckVerb.Load(folder);
            if (own.Create(options.Organisation.Text, TimeProvider.System) is { } failed)
            {
                throw new FaultException(failed, ExitCode.Configuration);
            }

            if (parsed.GetValue(json))
            {
                Print.Json(new InitView(Path.GetFullPath(file), written is null, own.Root), VerbJson.Default.InitView);
                return (int)ExitCode.Yes;
            }

            Print.Line($"made  {own.Root}: CA, control state, ledger; the node's alone (0700), never for git");
            Print.Line("next: sallyport check && sallyport up");
            return (int)ExitCode.Yes;
        });
        return verb;
    }
}
