namespace Sallyport.Ledger;

public static partial class EntryBytes
{
    // The order of members is part of the format: a change here is a new format.
    private static void WriteMembers(ref EntryWriter to, LedgerEntry entry)
    {
        switch (entry)
        {
            case LedgerEntry.Decided decided:
                Write(ref to, decided);
                break;
            case LedgerEntry.Observed observed:
                Write(ref to, observed);
                break;
            case LedgerEntry.LabelsJoined joined:
                Write(ref to, joined);
                break;
            case LedgerEntry.ChannelCut cut:
                Write(ref to, cut);
                break;
            case LedgerEntry.RunStarted started:
                Write(ref to, started);
                break;
            case LedgerEntry.RunEnded ended:
                Write(ref to, ended);
                break;
            case LedgerEntry.FreezeChanged freeze:
                Write(ref to, freeze);
                break;
            case LedgerEntry.NodeStarted node:
                to.Text(",\"version\":"u8, node.Version);
                to.Text(",\"snapshot\":"u8, node.Snapshot);
                to.Number(",\"tornBytesCut\":"u8, node.TornBytesCut);
                break;
            case LedgerEntry.NodeStopped node:
                to.Text(",\"reason\":"u8, node.Reason, EntryText.PhraseMax);
                break;
            case LedgerEntry.HoldOpened hold:
                Write(ref to, hold);
                break;
            case LedgerEntry.ApprovalChanged approval:
                Write(ref to, approval);
                break;
            case LedgerEntry.PerimeterChanged perimeter:
                Write(ref to, perimeter);
                break;
            case LedgerEntry.Gap gap:
                Write(ref to, gap);
                break;
            case LedgerEntry.Counts counts:
                Write(ref to, counts);
                break;
            case LedgerEntry.PeriodBegan period:
                Write(ref to, period);
                break;
            case LedgerEntry.PlaceLabelled place:
                Write(ref to, place);
                break;
            case LedgerEntry.PlaceCleared place:
                Write(ref to, place);
                break;
            case LedgerEntry.EntriesRefused refused:
                Write(ref to, refused);
                break;
            case LedgerEntry.EndorsementChanged endorsement:
                Write(ref to, endorsement);
                break;
            case LedgerEntry.UnsignedFound found:
                Write(ref to, found);
                break;
            case LedgerEntry.KeyChanged key:
                Write(ref to, key);
                break;
            case LedgerEntry.ActRefused refused:
                Write(ref to, refused);
                break;
            case LedgerEntry.RunWoken wake:
                Write(ref to, wake);
                break;
            case LedgerEntry.InputForeign input:
                Write(ref to, input);
                break;
            case LedgerEntry.InstructionNoted instruction:
                Write(ref to, instruction);
                break;
            case LedgerEntry.PeriodArchived archived:
                Write(ref to, archived);
                break;
            case LedgerEntry.ContentChanged content:
                Write(ref to, content);
                break;
            case LedgerEntry.ContentHeld held:
                Write(ref to, held);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(entry), entry, "A kind without bytes.");
        }
    }

    private static void Write(ref EntryWriter to, LedgerEntry.Decided entry)
    {
        to.Text(",\"run\":"u8, entry.Run?.Text);
        to.Text(",\"agent\":"u8, entry.Agent?.Value);
        to.Text(",\"gateway\":"u8, entry.Gateway);
        to.Text(",\"class\":"u8, entry.Class);
        to.Text(",\"method\":"u8, entry.Method);
        to.Text(",\"target\":"u8, entry.Target, EntryText.TargetMax);
        to.Text(",\"host\":"u8, entry.Host);
        to.Text(",\"verdict\":"u8, entry.Verdict);
        to.Text(",\"code\":"u8, entry.Code);
        to.Text(",\"rule\":"u8, entry.Rule, EntryText.PhraseMax);
        to.Text(",\"policies\":"u8, entry.Policies, EntryText.PhraseMax);
        to.Number(",\"bytesReserved\":"u8, entry.BytesReserved);
        to.Text(",\"source\":"u8, entry.Source);
        to.Labels(",\"labels\":"u8, entry.Labels);
        to.Number(",\"labelVersion\":"u8, entry.LabelVersion);
        to.Number(",\"freezeEpoch\":"u8, entry.FreezeEpoch);
        to.Text(",\"snapshot\":"u8, entry.Snapshot);
        to.Json(",\"facts\":"u8, entry.Facts);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.Observed entry)
    {
        to.Id(",\"decision\":"u8, entry.Decision);
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"target\":"u8, entry.Target, EntryText.TargetMax);
        to.Text(",\"host\":"u8, entry.Host);
        to.Number(",\"status\":"u8, entry.Status);
        to.Number(",\"bytesSent\":"u8, entry.BytesSent);
        to.Number(",\"bytesReceived\":"u8, entry.BytesReceived);
        to.Text(",\"digestSent\":"u8, entry.DigestSent);
        to.Text(",\"digestReceived\":"u8, entry.DigestReceived);
        to.Labels(",\"labels\":"u8, entry.Labels);
        to.Text(",\"end\":"u8, entry.End);
        to.Number(",\"dials\":"u8, entry.Dials);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.LabelsJoined entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Id(",\"decision\":"u8, entry.Decision);
        to.Labels(",\"labels\":"u8, entry.Labels);
        to.Number(",\"labelVersion\":"u8, entry.LabelVersion);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.ChannelCut entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Id(",\"decision\":"u8, entry.Decision);
        to.Text(",\"target\":"u8, entry.Target, EntryText.TargetMax);
        to.Text(",\"code\":"u8, entry.Code);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.RunStarted entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"role\":"u8, entry.Role.Value);
        to.Text(",\"program\":"u8, entry.Program);
        to.Text(",\"commandDigest\":"u8, entry.CommandDigest);
        to.Text(",\"confinement\":"u8, entry.Confinement);
        to.Text(",\"briefDigest\":"u8, entry.BriefDigest);
        to.Number(",\"untrustedLines\":"u8, entry.UntrustedLines);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.RunEnded entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Number(",\"exitCode\":"u8, entry.ExitCode);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.FreezeChanged entry)
    {
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"freezeId\":"u8, entry.FreezeId);
        to.Text(",\"scope\":"u8, entry.Scope);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Text(",\"author\":"u8, entry.Author);
        to.Number(",\"freezeEpoch\":"u8, entry.FreezeEpoch);
        to.Time(",\"effectiveAt\":"u8, entry.EffectiveAt);
        to.Number(",\"channelsCut\":"u8, entry.ChannelsCut);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.PerimeterChanged entry)
    {
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"before\":"u8, entry.Before);
        to.Text(",\"after\":"u8, entry.After);
        to.Text(",\"direction\":"u8, entry.Direction);
        to.Text(",\"author\":"u8, entry.Author);
        to.Text(",\"confirmer\":"u8, entry.Confirmer);
        to.Text(",\"summary\":"u8, entry.Summary, EntryText.PhraseMax);
        to.Text(",\"summaryDigest\":"u8, entry.SummaryDigest);
        to.Time(",\"effectiveAt\":"u8, entry.EffectiveAt);
    }
}
