using System.CommandLine;

namespace Sallyport.Verbs;

/// <summary><c>sallyport approval-key</c>: the second factor of an operator.</summary>
internal static class ApprovalKeyVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "Where to write it; its public half is written beside it (.pub).",
        };
        var json = Places.Json();
        var create = new Command("new",
            "Make a key and write it, encrypted with a passphrase that is asked for.") { file, json };
        create.SetAction(parsed =>
        {
            var open = ApprovalKey.Create(parsed.GetValue(file)!); // required
            if (parsed.GetValue(json))
            {
                Print.Json(
                    new NewKeyView(Path.GetFullPath(parsed.GetValue(file)!), Path.GetFullPath(open)), // as above
                    VerbJson.Default.NewKeyView);
                return (int)ExitCode.Yes;
            }

            Print.Line($"wrote {parsed.GetValue(file)} (private, encrypted) and {open} (public)");
            Print.Line("Copy the public one into the perimeter folder and name it as key: of the operator:");
            Print.Line($"  operators: {{ NAME: {{ uids: [UID], key: {Path.GetFileName(open)} }} }}");
            return (int)ExitCode.Yes;
        });
        return new Command("approval-key", "Make the key that an operator signs approvals with.") { create };
    }
}
