using System.CommandLine;
using System.Text;
using Sallyport.Host;
using Sallyport.Host.Backups;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport backup</c> and <c>sallyport restore</c>.</summary>
internal static class BackupVerb
{
    private const int PassphraseMin = 12;

    public static Command Backup()
    {
        var target = new Argument<string>("file") { Description = "Where to; it must not be there yet." };
        var with = Passphrase("Seal the private keys with the passphrase in this file, and put them in too.");
        var without = new Option<bool>("--without-keys") { Description = "Leave the private keys out." };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "backup", "Write the node's own folder to a file, while it runs or not: the ledger as far as it is signed, "
            + "freezes, snapshots. Say with --keys-with or --without-keys what becomes of the keys.")
        { target, with, without, state, json };
        verb.SetAction(parsed =>
        {
            var phrase = Chosen(parsed.GetValue(with), parsed.GetValue(without));
            var folder = new StateFolder(parsed.GetValue(state)!); // has a default
            Verify(LedgerVerb.Folder(folder.Root), parsed.GetValue(json));
            var file = Path.GetFullPath(parsed.GetRequiredValue(target));
            var (cut, fault) = BackupWriter.Write(folder, file, phrase);
            if (cut is null)
            {
                throw new FaultException(fault!, ExitCode.Unavailable); // nothing written: a fault
            }

            var claim = cut.Checkpoint.Claim;
            var bytes = new FileInfo(file).Length;
            if (parsed.GetValue(json))
            {
                Print.Json(
                    new BackupView(file, bytes, $"{claim.Origin}", claim.Head.Size.Value, $"{claim.Head.Root}",
                        phrase is not null),
                    VerbJson.Default.BackupView);
                return (int)ExitCode.Yes;
            }

            Print.Line(
                $"{file}: {bytes} bytes, ledger {claim.Origin} of size {claim.Head.Size}, root {claim.Head.Root}");
            Print.Note(phrase is null
                ? "WITHOUT KEYS: what is restored from it can be read and verified, and no node can go on with it"
                : "with the private keys, sealed: whoever has the file and the passphrase can pose as this node");
            if (Directory.Exists(folder.Content))
            {
                Print.Note($"kept bodies are not in it: copy {folder.Content} by itself");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    public static Command Restore()
    {
        var source = new Argument<string>("file") { Description = "What sallyport backup has written." };
        var with = Passphrase("Open the private keys with the passphrase in this file.");
        var without = new Option<bool>("--without-keys") { Description = "Restore no private keys." };
        var from = new Option<string[]>("--from")
        {
            Description = "A checkpoint file that was kept: the restored log must extend it, else it is an older one.",
        };
        var key = LedgerVerb.KeyOption();
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "restore", "Restore a backup into a state folder that is empty or not there. Everything is verified first.")
        { source, with, without, from, key, state, json };
        verb.SetAction(parsed =>
        {
            var phrase = Chosen(parsed.GetValue(with), parsed.GetValue(without));
            IReadOnlyList<RememberedCheckpoint> kept =
            [
                .. (parsed.GetValue(from) ?? [])
                    .Select(path => new RememberedCheckpoint(path, LedgerVerb.Read(path))),
            ];
            var (log, fault) = BackupReader.Restore(
                parsed.GetRequiredValue(source), parsed.GetValue(state)!, // has a default
                new RestoreOptions(phrase, LedgerVerb.Given(parsed.GetValue(key)), kept));
            if (log is null)
            {
                // No log: a fault.
                throw new FaultException(
                    fault!, fault!.Code == "restore.not-empty" ? ExitCode.Configuration : ExitCode.No);
            }

            var claim = log.Checkpoint.Claim;
            var folder = Path.GetFullPath(parsed.GetValue(state)!);
            if (kept.Count == 0)
            {
                Print.Warning(Older, parsed.GetValue(json));
            }

            if (parsed.GetValue(json))
            {
                Print.Json(
                    new BackupView(folder, 0, $"{claim.Origin}", claim.Head.Size.Value, $"{claim.Head.Root}",
                        phrase is not null),
                    VerbJson.Default.BackupView);
                return (int)ExitCode.Yes;
            }

            Print.Line($"{folder}: ledger {claim.Origin}, {log.Entries} entries, all whole and signed");
            if (phrase is null)
            {
                Print.Note("WITHOUT KEYS: put ca.key and ledger/key in their places before sallyport up");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static Fault Older { get; } = new(
        "restore.unanchored",
        "Nothing says that this is the newest there was; a node that is started on it forgets what came after.",
        "Compare with a checkpoint that was kept elsewhere: sallyport ledger verify --from FILE");

    // What a restore would refuse is no backup; what stands behind the last checkpoint is not in it anyway.
    private static void Verify(LedgerFolder ledger, bool json)
    {
        try
        {
            LedgerVerb.Audit(ledger, new AuditOptions(), out _);
        }
        catch (FaultException failed) when (failed.Exit is ExitCode.NotSigned)
        {
            Print.Warning(failed.Fault, json);
        }
        catch (FaultException failed)
        {
            throw new FaultException(
                failed.Fault with
                {
                    Detail = $"{failed.Fault.Detail} No backup was written: none could be restored from it.",
                    Mend = $"{failed.Fault.Mend} To keep what there is, as it is: cp -a {ledger.Root} ELSEWHERE",
                },
                failed.Exit);
        }
    }

    private static Option<string?> Passphrase(string description) => new("--keys-with") { Description = description };

    // No default: a backup with keys is a secret, one without cannot be gone on with, and both are found out too late.
    private static string? Chosen(string? file, bool without)
    {
        if (file is null == without)
        {
            return file is null ? null : Read(file);
        }

        throw new FaultException(
            new Fault(
                "usage.keys", "What becomes of the private keys is not said.",
                "Use --keys-with PASSPHRASE-FILE, or --without-keys."),
            ExitCode.Usage);
    }

    private static string Read(string file)
    {
        var phrase = Encoding.UTF8.GetString(LedgerVerb.Read(file)).TrimEnd('\n', '\r');
        return phrase.Length >= PassphraseMin
            ? phrase
            : throw new FaultException(
                new Fault(
                    "usage.passphrase", $"The passphrase has {phrase.Length} characters.",
                    $"Use {PassphraseMin} or more: openssl rand -base64 24 > passphrase"),
                ExitCode.Usage);
    }
}

/// <summary>A backup, or what was restored of one.</summary>
/// <param name="Path">The file, or the folder.</param>
/// <param name="Bytes">Length of the file; 0 for a folder.</param>
/// <param name="Origin">Whose log.</param>
/// <param name="Size">Entries in it.</param>
/// <param name="Root">Their root, base64.</param>
/// <param name="Keys">Whether the private keys are with it.</param>
internal sealed record BackupView(string Path, long Bytes, string Origin, long Size, string Root, bool Keys);
