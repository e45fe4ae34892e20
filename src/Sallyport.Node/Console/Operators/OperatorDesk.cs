using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Operators;
using Sallyport.Decisions.Policies;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>Whether who asks may do what operators do: told apart first, then asked of the policies.</summary>
/// <remarks>
/// Where agents have run unconfined as the user who asks, being that user proves nothing; if any operator has a key,
/// the act has to be signed then. Where none has, nobody could sign: whoever is the user may, and <c>status</c> says
/// so. One at a time: a signature is of one act, and counts once.
/// </remarks>
internal sealed class OperatorDesk(ApiParts parts)
{
    /// <summary>The header field that brings a signature of a challenge, base64.</summary>
    public const string SignatureField = "Sallyport-Signature";

    /// <summary>Most refusals that are recorded in an hour, and as many of programs inside runs: whoever asks again and
    /// again must not fill the ledger.</summary>
    public const int RecordedPerHour = 256;

    private const string InsideRun = "inside-run";
    private const int SegmentsMax = 8;

    private static readonly string[] Methods = ["POST", "PUT", "PATCH", "DELETE"];

    // Of the endpoints that change something.
    private static readonly string[] Words =
    [
        "api", "v1", "archives", "changes", "clear", "content", "drop", "freezes", "holds", "input", "instructions",
        "keys", "ledger", "pending", "perimeter", "places", "release", "runs",
    ];

    private readonly Lock asking = new();
    private readonly string start = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private long signed; // Under the lock, as what follows.
    private int recorded;
    private int recordedInside;
    private DateTimeOffset hour;

    /// <summary>What is signed for an act at this moment.</summary>
    public string ChallengeOf(OperatorDeed deed)
    {
        lock (asking)
        {
            return Text(deed);
        }
    }

    /// <summary>Asks.</summary>
    /// <param name="context">Who asks, perhaps with a signature.</param>
    /// <param name="deeds">One act; several where it is on several things, each asked about.</param>
    /// <returns>Who it is, as the ledger names it; or why not.</returns>
    public (string? Author, Fault? Fault) Ask(HttpContext context, params IReadOnlyList<OperatorDeed> deeds)
    {
        var peer = AdminApi.Peer(context);
        lock (asking)
        {
            var (person, isSigned, fault) = Identify(peer, SignatureOf(context), deeds[0]);
            fault ??= deeds.Select(deed => Objection(deed, peer, person, isSigned))
                .FirstOrDefault(no => no is not null);
            var author = isSigned && person is not null ? ActAuthor.OfSigner(person) : ActAuthor.OfUser(peer.Uid);
            if (fault is not null)
            {
                Record(deeds[0].Act, deeds[0].What, author, fault.Code);
                return (null, fault);
            }

            // Whoever has seen this signature cannot use it again.
            signed += isSigned ? 1 : 0;
            return (author, null);
        }
    }

    /// <summary>Whether a freeze is refused: only a policy that names the action does that. Nobody has to prove who
    /// they are.</summary>
    public Fault? MayFreeze(HttpContext context, OperatorDeed deed)
    {
        var peer = AdminApi.Peer(context);
        var fault = Objection(deed, peer, OfUid(peer.Uid), isSigned: false);
        if (fault is not null)
        {
            lock (asking)
            {
                Record(deed.Act, deed.What, ActAuthor.OfUser(peer.Uid), fault.Code);
            }
        }

        return fault;
    }

    /// <summary>Records that a process inside a run asked for something to be done.</summary>
    public void RefusedInside(string method, string path, PeerProcess peer)
    {
        lock (asking)
        {
            Record(InsideRun, Known(method, path), ActAuthor.OfUser(peer.Uid), AdminListener.InsideRun.Code);
        }
    }

    /// <summary>What people are warned of; null when nobody can pass for an operator.</summary>
    public Fault? Unproven => HasKey || !parts.Admission.Users.MayHide(PeerProcess.OwnUid) ? null : new Fault(
        "operator.unproven",
        $"Agents run, or have run, unconfined as user {PeerProcess.OwnUid}, and no operator has a key: whoever is that "
        + "user, an agent's program included, can change the perimeter, thaw, and end runs.",
        "Make a key (sallyport approval-key new FILE) and name it under operators: docs/guide/operators.md");

    // A run can put what it has read into the address: recorded is what the node itself has words for.
    private string Known(string method, string path) =>
        $"{(Methods.Contains(method, StringComparer.Ordinal) ? method : "?")} /"
        + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Take(SegmentsMax).Select(segment =>
            Words.Contains(segment, StringComparer.Ordinal)
            || (RunId.TryParse(segment, out var run) && parts.Runs.TryFind(run, out _)) ? segment : "*"));

    private bool HasKey => Rules.Operators.Values.Any(person => person.KeyPem is not null);

    private ApprovalRules Rules => parts.Snapshots.Current.Rules<ApprovalRules>();

    private static string? SignatureOf(HttpContext context) =>
        context.Request.Headers.TryGetValue(SignatureField, out var given) ? given.ToString() : null;

    private (Operator? Person, bool IsSigned, Fault? Fault) Identify(
        PeerProcess peer, string? signature, OperatorDeed deed)
    {
        if (signature is not null)
        {
            var person = Signatures.SignerOf(Text(deed), signature, Rules);
            return (person, person is not null, person is null ? NotSigned(deed) : null);
        }

        return HasKey && parts.Admission.Users.MayHide(peer.Uid)
            ? (null, false, NeedsKey(peer.Uid, deed))
            : (OfUid(peer.Uid), false, null);
    }

    // A user who is several operators is none of them until one of them signs.
    private Operator? OfUid(uint uid) =>
        Rules.Operators.Values.Where(person => person.Uids.Contains(uid)).ToList() is [var one] ? one : null;

    private Fault? Objection(OperatorDeed deed, PeerProcess peer, Operator? person, bool isSigned) =>
        parts.Snapshots.Current.Rules<PolicyRules>().Objection(new OperatingAct
        {
            Action = deed.Action,
            Principal = person?.Name ?? ActAuthor.OfUser(peer.Uid),
            Person = person?.Person ?? ActAuthor.OfUser(peer.Uid),
            Teams = person?.Teams ?? [],
            IsSigned = isSigned,
            Uid = peer.Uid,
            Agent = deed.Agent,
            Organisation = parts.Perimeter.Current.Options!.Organisation.Text, // what is in force has no mistake
            Time = parts.Time.GetUtcNow(),
            Words = deed.Words,
        });

    private string Text(OperatorDeed deed) => ActChallenge.Of(
        $"{parts.Sequencer.Key}", deed.Act, deed.What, deed.Over,
        string.Create(CultureInfo.InvariantCulture, $"{parts.Sequencer.Recovery.Entries}.{signed}.{start}"));

    private void Record(string act, string what, string author, string code)
    {
        var now = parts.Time.GetUtcNow();
        if (now - hour >= TimeSpan.FromHours(1))
        {
            (hour, recorded, recordedInside) = (now, 0, 0);
        }

        // Counted apart: what an agent does from inside must not hide what it does from outside.
        ref var count = ref act == InsideRun ? ref recordedInside : ref recorded;
        if (count < RecordedPerHour)
        {
            count++;
            parts.Sequencer.Append(new LedgerEntry.ActRefused
            {
                Act = act,
                What = what,
                Author = author,
                Code = code,
            });
        }
    }

    private static Fault NotSigned(OperatorDeed deed) => new(
        "operator.signature",
        $"The signature is not one of this challenge ({deed.Act}) by the key of an operator.",
        "Sign exactly what --challenge prints now: it changes with what is done, with what is in force, and with each "
        + "act that was signed.");

    private static Fault NeedsKey(uint uid, OperatorDeed deed) => new(
        "operator.factor",
        $"Agents run, or have run, unconfined as user {uid}, so being that user proves nothing, and '{deed.Act}' needs "
        + "an operator's signature.",
        $"Sign with your key: sallyport {Verb(deed.Act)} --key FILE");

    private static string Verb(string act) => act switch
    {
        OperatorDeeds.EndRun => "runs end ID",
        OperatorDeeds.ClearPlace => "places clear SOURCE PATH REASON",
        OperatorDeeds.ChangeKey => "keys rotate|revoke KEY",
        OperatorDeeds.Archive => "ledger archive FOLDER --reason WHY",
        OperatorDeeds.HoldContent => "content hold REASON",
        OperatorDeeds.ReleaseContent => "content release HOLD REASON",
        OperatorDeeds.DropContent => "content drop DIGEST REASON",
        OperatorDeeds.Thaw => "thaw ID",
        OperatorDeeds.Confirm => "apply --confirm HASH",
        _ => act,
    };
}
