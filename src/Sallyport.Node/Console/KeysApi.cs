using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Decisions.Approvals;
using Sallyport.Http.Tls;
using Sallyport.Ledger;
using Sallyport.Tlog.Notes;

namespace Sallyport.Console;

/// <summary>The part of the API that shows the node's keys and changes them.</summary>
internal sealed class KeysApi(ApiParts parts, OperatorDesk desk)
{
    private const string Ledger = "ledger";
    private const string Ca = "ca";

    /// <summary>Longest time for which two CAs are given out.</summary>
    private static readonly TimeSpan OverlapMax = TimeSpan.FromDays(365);

    /// <summary>What is said of another name.</summary>
    public static Fault Unknown { get; } = new(
        "keys.unknown", "No key of that name can be changed here.",
        "It can be ledger or ca. An operator's key is changed in perimeter/, then: sallyport apply");

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/keys", () => List());
        api.MapPost("/keys/{name}", ChangeAsync);
    }

    /// <summary>The act of changing a key; null where there is none of that name.</summary>
    public static OperatorDeed? Deed(ApiParts parts, string key, string change, long overlapSeconds) => key switch
    {
        Ledger => OperatorDeeds.OfKey(key, change, overlapSeconds, Fingerprint(parts.Sequencer.Key)),
        Ca => OperatorDeeds.OfKey(key, change, overlapSeconds, parts.Authority.Current.Fingerprint),
        _ => null,
    };

    private static string Fingerprint(VerifierKey key) =>
        $"{key.Id} {Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{key}")))[..16]}";

    private static KeyEntry Of(CaCertificate certificate, string state) => new(
        Ca, "certificate authority (P-256)", certificate.Fingerprint, certificate.NotBefore, state);

    private IResult List()
    {
        var filter = new LedgerFilter { Kind = EntryKind.Key, Limit = LedgerFilter.LimitMax };
        if (!parts.Index.TryQuery(filter, out var page, out var fault))
        {
            return AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, fault);
        }

        var changes = page.Lines.Select(line => (line.Recorded.Time, Change: line.Recorded.Entry))
            .Where(it => it.Change is LedgerEntry.KeyChanged { Key: Ledger })
            .OrderBy(it => it.Time)
            .Select(it => (it.Time, Change: (LedgerEntry.KeyChanged)it.Change))
            .ToList();
        var keys = new List<KeyEntry>();
        DateTimeOffset? since = null;
        foreach (var (at, change) in changes)
        {
            if (VerifierKey.Parse(change.Before).TryGet(out var old, out _))
            {
                var state = string.Create(CultureInfo.InvariantCulture, $"{change.Change} {at:yyyy-MM-dd}");
                keys.Add(new KeyEntry(Ledger, "ledger checkpoints (Ed25519)", Fingerprint(old), since, state));
            }

            since = at;
        }

        keys.Add(new KeyEntry(
            Ledger, "ledger checkpoints (Ed25519)", Fingerprint(parts.Sequencer.Key), since, "in use"));
        keys.Add(Of(parts.Authority.Current, "in use"));
        if (parts.Authority.Next is { } next)
        {
            keys.Add(Of(
                next, string.Create(CultureInfo.InvariantCulture, $"issues from {next.From:yyyy-MM-dd HH:mm}Z")));
        }

        keys.AddRange(parts.Snapshots.Current.Rules<ApprovalRules>().Operators.Values
            .Where(person => person.KeyPem is not null)
            .OrderBy(person => person.Name, StringComparer.Ordinal)
            .Select(person => new KeyEntry(
                $"operator:{person.Name}", "approvals (public key)", Fingerprint(person.KeyPem!), null, "in force")));
        return TypedResults.Ok<IReadOnlyList<KeyEntry>>(keys);
    }

    private static string Fingerprint(string pem) => PemEncoding.TryFind(pem, out var found)
        ? Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(pem[found.Base64Data])))
        : "";

    private async Task<IResult> ChangeAsync(string name, ChangeKeyRequest request, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, new Fault(
                "keys.reason", "A change of a key needs a reason: it stands in the ledger for good.",
                "sallyport keys rotate ledger --reason \"once a year\""));
        }

        if (request.Change is not ("rotated" or "revoked") || request.OverlapSeconds < 0
            || request.OverlapSeconds > OverlapMax.TotalSeconds)
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, new Fault(
                "keys.change", "That is no change of a key.",
                "A change is rotated or revoked; an overlap has 0 seconds to 365 days."));
        }

        if (Deed(parts, name, request.Change, request.OverlapSeconds ?? 0) is not { } deed)
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, Unknown);
        }

        var (author, no) = desk.Ask(context, deed);
        return author is null ? AdminApi.Problem(StatusCodes.Status403Forbidden, no!) // no author: a fault
            : name is Ledger ? await ChangeLedgerAsync(request, author)
            : await ChangeCaAsync(request, author);
    }

    private async Task<IResult> ChangeLedgerAsync(ChangeKeyRequest request, string author)
    {
        var (changed, id, fault) = await parts.Sequencer.ChangeKeyAsync(
            request.Change == "revoked", author, request.Reason);
        return changed is null
            ? AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, fault!) // nothing changed: a fault
            : TypedResults.Ok(new KeyChangeAnswer($"{id}", changed.Before, changed.After, changed.EffectiveAt));
    }

    private async Task<IResult> ChangeCaAsync(ChangeKeyRequest request, string author)
    {
        var now = parts.Time.GetUtcNow();
        var at = request.Change == "revoked" ? now : now.AddSeconds(request.OverlapSeconds ?? 0);
        KeyChangeAnswer? answer = null;
        var fault = await parts.Authority.RotateAsync(at, async (before, after) =>
        {
            var appended = parts.Sequencer.Append(new LedgerEntry.KeyChanged
            {
                Key = Ca,
                Change = request.Change,
                Before = before.Fingerprint,
                After = after.Fingerprint,
                Note = "",
                Author = author,
                Reason = request.Reason,
                EffectiveAt = at,
            });
            answer = new KeyChangeAnswer($"{appended.Id}", before.Fingerprint, after.Fingerprint, at);
            return appended.IsAccepted && await parts.Sequencer.WhenSyncedAsync(appended.Id, CancellationToken.None)
                ? null
                : appended.Fault ?? parts.Sequencer.Fault ?? new Fault(
                    "ledger.unavailable", "The change could not be recorded.", "See what it lacks: sallyport status");
        });
        return (fault ?? parts.WriteBundle()) is { } failed
            ? AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, failed)
            : TypedResults.Ok(answer!); // recorded
    }
}

/// <summary>A key of the node.</summary>
/// <param name="Name"><c>ledger</c>, <c>ca</c> or <c>operator:NAME</c>.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Fingerprint">What tells it from others; of no use to who has not got it elsewhere.</param>
/// <param name="Since">Since when it is used; null where that is the beginning, or not known.</param>
/// <param name="State">In words.</param>
public sealed record KeyEntry(string Name, string Kind, string Fingerprint, DateTimeOffset? Since, string State);

/// <summary>Changes a key.</summary>
/// <param name="Change"><c>rotated</c> or <c>revoked</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="OverlapSeconds">Of the CA: how long the old one issues and both are given out.</param>
public sealed record ChangeKeyRequest(string Change, string Reason, long? OverlapSeconds = null);

/// <summary>A key that was changed.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Before">The old one.</param>
/// <param name="After">The new one.</param>
/// <param name="EffectiveAt">From when it is used.</param>
public sealed record KeyChangeAnswer(string Entry, string Before, string After, DateTimeOffset EffectiveAt);
