using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>The part of the API that is told what a run did to the files by which agent programs are told what to do,
/// and shows it.</summary>
/// <remarks>It is told by the process that has opened the run, and what it is told only ever adds labels: what was
/// written is a proposal, and a person alone takes the labels from its place.</remarks>
internal sealed class InstructionsApi(ApiParts parts)
{
    // Two contents in base64, and a path.
    private static readonly BodyLimit ChangeMax = new((Proposals.BytesMax * 3) + (64 << 10));

    private static readonly Fault NotOwner = new(
        "identity.not-owner", "Only the process that has opened a run can say what the run has written.",
        "It is sallyport run that says it, at the end of its command.");

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/instructions", ListAsync);
        api.MapPost("/runs/{id}/instructions", TakeAsync).WithMetadata(ChangeMax);
    }

    /// <summary>Those of the files that are there when a run starts which runs under labels have written; null where
    /// there are none.</summary>
    /// <param name="places">What runs have written where.</param>
    /// <param name="paths">Full paths of the files.</param>
    public static LabelledFiles? Labelled(PlaceMap places, IReadOnlyList<string> paths)
    {
        var found = paths.Select(path => (Path: path, Labels: LabelsOf(places, path)))
            .Where(file => file.Labels.Count > 0).ToList();
        return found.Count == 0
            ? null
            : new LabelledFiles(
                [.. found.Select(file => file.Path)],
                found.Aggregate(LabelSet.Empty, (all, file) => all.Join(file.Labels)));
    }

    /// <summary>The entry that says so; where one carried a secret its path is told by name.</summary>
    public static LedgerEntry.InstructionNoted Found(RunState run, LabelledFiles files, KeyedDigest digest)
    {
        // Which comes before the labels of the run, and may have its name from one that carried a secret.
        var noted = Noted(run, LedgerEntry.InstructionNoted.Found, files.Paths[0], "", "");
        return files.Labels.Contains(Label.Secret) ? noted with { Path = digest.Within(noted.Path) } : noted;
    }

    private static LabelSet LabelsOf(PlaceMap places, string path) =>
        places.At(InstructionFiles.Place, InstructionFiles.PlaceOf(path));

    private static LedgerEntry.InstructionNoted Noted(
        RunState run, string change, string path, string before, string after)
    {
        var file = InstructionFiles.Find(path);
        return new LedgerEntry.InstructionNoted
        {
            Run = run.Id,
            Agent = run.Agent,
            Change = change,
            Path = path,
            Program = file?.Program ?? "",
            What = file is null ? "" : $"{file.Kind}".ToLowerInvariant(),
            Before = before,
            After = after,
        };
    }

    private async Task<IResult> TakeAsync(string id, InstructionChange change, HttpContext context)
    {
        if (!RunId.TryParse(id, out var known) || !parts.Runs.TryFind(known, out var run))
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, AdminApi.RunUnknown);
        }

        if (!parts.Admission.IsOwner(run.Id, AdminApi.Peer(context).Pid))
        {
            return AdminApi.Problem(StatusCodes.Status403Forbidden, NotOwner);
        }

        // Unread as before: it may have been written or not, so it gains what it does not have, and else is no news.
        if (change is { Before: LedgerEntry.InstructionNoted.Unread, After: LedgerEntry.InstructionNoted.Unread }
            && run.Labels.Set.IsSubsetOf(LabelsOf(parts.Places.Map, change.Path)))
        {
            return TypedResults.Ok(new InstructionAnswer("", [], IsKept: false));
        }

        var appended = parts.Sequencer.Append(
            Noted(run, LedgerEntry.InstructionNoted.Written, change.Path, change.Before, change.After));
        if (!appended.IsAccepted || !await parts.Interlock.LabelAsync(
            run, appended.Id, InstructionFiles.Place, InstructionFiles.PlaceOf(change.Path)))
        {
            return AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, parts.Sequencer.Fault ?? new Fault(
                "ledger.unavailable", "The change of an instruction file could not be recorded.",
                "See what the ledger lacks: sallyport status"));
        }

        // The labels first, which do not wait for a disk that may be full of other things.
        // Of a run that carries a secret nothing is kept: it may be in both.
        var isKept = !run.Labels.Set.Contains(Label.Secret)
            && Keep(change.Before, change.Was) & Keep(change.After, change.Now);
        return TypedResults.Ok(new InstructionAnswer($"{appended.Id}", Words(run.Labels.Set), isKept));
    }

    private bool Keep(string digest, byte[]? content) =>
        digest.Length == 0 || (content is not null && parts.Proposals.Keep(digest, content));

    private async Task<IResult> ListAsync(int? limit, HttpContext context)
    {
        var most = limit ?? LedgerFilter.LimitDefault;
        if (most is < 1 or > LedgerFilter.LimitMax)
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, LogQuery.BadLimit);
        }

        await parts.Index.TryCatchUpAsync(LedgerApi.IndexLag, context.RequestAborted);
        var filter = new LedgerFilter { Kind = EntryKind.Instruction, Limit = LedgerFilter.LimitMax };
        return parts.Index.TryQuery(filter, out var page, out var fault)
            ? TypedResults.Ok(Views(page.Lines, most))
            : AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, fault);
    }

    private IReadOnlyList<InstructionView> Views(IEnumerable<LedgerLine> newestFirst, int most)
    {
        var places = parts.Places.Map;
        return
        [
            .. newestFirst
                .Select(line => (line.Recorded, Noted: line.Recorded.Entry as LedgerEntry.InstructionNoted))
                .Where(line => line.Noted?.Change == LedgerEntry.InstructionNoted.Written)
                .Take(most)
                .Reverse()
                .Select(line => View(line.Recorded, line.Noted!, places)), // written, so it is one
        ];
    }

    // Of a path that is recorded by name nobody can say which place it is: it is shown with the whole source.
    private InstructionView View(RecordedEntry recorded, LedgerEntry.InstructionNoted noted, PlaceMap places) => View(
        recorded, noted, places,
        noted.Path.Contains(KeyedDigest.Mark, StringComparison.Ordinal)
            ? PlaceMap.Root : InstructionFiles.PlaceOf(noted.Path));

    private InstructionView View(
        RecordedEntry recorded, LedgerEntry.InstructionNoted noted, PlaceMap places, string place) => new(
        $"{recorded.Id}",
        recorded.Time,
        noted.Run.Text,
        noted.Agent.Value,
        noted.Path,
        noted.Program,
        noted.What,
        noted.Before,
        noted.After,
        parts.Proposals.Find(noted.Before),
        parts.Proposals.Find(noted.After),
        place,
        Words(places.At(InstructionFiles.Place, place)));

    private static IReadOnlyList<string> Words(LabelSet labels) => [.. labels.Labels.Select(label => label.Value)];
}
