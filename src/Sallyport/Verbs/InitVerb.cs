using System.CommandLine;
using Sallyport.Host;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary><c>sallyport init</c>: a perimeter of one's own.</summary>
internal static class InitVerb
{
    public static Command Create()
    {
        var (perimeter, state) = (Places.Perimeter(), Places.State());
        var verb = new Command("init", "Write a first configuration and the node's own folder. Never replaces anything.") { perimeter, state };
        verb.SetAction(parsed =>
        {
            var (folder, own) = (parsed.GetValue(perimeter)!, new StateFolder(parsed.GetValue(state)!)); // have defaults
            if (PerimeterFolder.Init(folder) is { } written)
            {
                // Somebody else's clone of the configuration: it stands, and the state is what is missing.
                if (written.Code != "perimeter.exists" || Directory.Exists(own.Root))
                {
                    throw new FaultException(written, ExitCode.Configuration);
                }

                Print.Line($"kept  {Path.Combine(folder, PerimeterFolder.FileName)}");
            }
            else
            {
                Print.Line($"wrote {Path.Combine(folder, PerimeterFolder.FileName)}: agents, roles, sources; yours to edit and to keep in git");
            }

            var (_, options) = CheckVerb.Load(folder);
            if (own.Create(options.Organisation.Text, TimeProvider.System) is { } failed)
            {
                throw new FaultException(failed, ExitCode.Configuration);
            }

            Print.Line($"made  {own.Root}: CA, control state, ledger; the node's alone (0700), never for git");
            Print.Line("next: sallyport check && sallyport up");
            return (int)ExitCode.Yes;
        });
        return verb;
    }
}
