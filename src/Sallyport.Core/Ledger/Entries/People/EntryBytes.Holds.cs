namespace Sallyport.Ledger;

public static partial class EntryBytes
{
    // The order of members is part of the format, as in the other kinds.
    private static void Write(ref EntryWriter to, LedgerEntry.HoldOpened entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"ticket\":"u8, entry.Ticket);
        to.Text(",\"digest\":"u8, entry.Digest);
        to.Text(",\"gateway\":"u8, entry.Gateway);
        to.Text(",\"class\":"u8, entry.Class);
        to.Text(",\"method\":"u8, entry.Method);
        to.Text(",\"target\":"u8, entry.Target, EntryText.TargetMax);
        to.Text(",\"host\":"u8, entry.Host);
        to.Text(",\"policies\":"u8, entry.Policies, EntryText.PhraseMax);
        to.Number(",\"policyCount\":"u8, entry.PolicyCount);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Labels(",\"labels\":"u8, entry.Labels);
        to.Text(",\"snapshot\":"u8, entry.Snapshot);
        to.Text(",\"policySet\":"u8, entry.PolicySet);
        to.Time(",\"expires\":"u8, entry.Expires);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.ApprovalChanged entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"ticket\":"u8, entry.Ticket);
        to.Text(",\"digest\":"u8, entry.Digest);
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"author\":"u8, entry.Author);
        to.Text(",\"operator\":"u8, entry.Operator);
        to.Text(",\"factor\":"u8, entry.Factor);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Time(",\"expires\":"u8, entry.Expires);
    }

    private static LedgerEntry.HoldOpened ReadHoldOpened(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Ticket = from.Text(",\"ticket\":"u8),
        Digest = from.Text(",\"digest\":"u8),
        Gateway = from.Text(",\"gateway\":"u8),
        Class = from.Text(",\"class\":"u8),
        Method = from.Text(",\"method\":"u8),
        Target = from.Text(",\"target\":"u8, EntryText.TargetMax),
        Host = from.Text(",\"host\":"u8),
        Policies = from.Text(",\"policies\":"u8, EntryText.PhraseMax),
        PolicyCount = (int)from.Number(",\"policyCount\":"u8, 0, int.MaxValue),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        Labels = from.Labels(",\"labels\":"u8),
        Snapshot = from.Text(",\"snapshot\":"u8),
        PolicySet = from.Text(",\"policySet\":"u8),
        Expires = from.Time(",\"expires\":"u8),
    };

    private static LedgerEntry.ApprovalChanged ReadApprovalChanged(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Ticket = from.Text(",\"ticket\":"u8),
        Digest = from.Text(",\"digest\":"u8),
        Change = from.Text(",\"change\":"u8),
        Author = from.Text(",\"author\":"u8),
        Operator = from.Text(",\"operator\":"u8),
        Factor = from.Text(",\"factor\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        Expires = from.Time(",\"expires\":"u8),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.EndorsementChanged entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"digest\":"u8, entry.Digest);
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"method\":"u8, entry.Method);
        to.Text(",\"target\":"u8, entry.Target, EntryText.TargetMax);
        to.Text(",\"host\":"u8, entry.Host);
        to.Text(",\"at\":"u8, entry.At, EntryText.PhraseMax);
        to.Text(",\"shown\":"u8, entry.Shown, EntryText.PhraseMax);
        to.Text(",\"evidence\":"u8, entry.Evidence);
        to.Number(",\"start\":"u8, entry.Start);
        to.Number(",\"length\":"u8, entry.Length);
        to.Text(",\"source\":"u8, entry.Source);
        to.Text(",\"author\":"u8, entry.Author);
        to.Text(",\"operator\":"u8, entry.Operator);
        to.Text(",\"factor\":"u8, entry.Factor);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Time(",\"expires\":"u8, entry.Expires);
    }

    private static LedgerEntry.EndorsementChanged ReadEndorsementChanged(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Digest = from.Text(",\"digest\":"u8),
        Change = from.Text(",\"change\":"u8),
        Method = from.Text(",\"method\":"u8),
        Target = from.Text(",\"target\":"u8, EntryText.TargetMax),
        Host = from.Text(",\"host\":"u8),
        At = from.Text(",\"at\":"u8, EntryText.PhraseMax),
        Shown = from.Text(",\"shown\":"u8, EntryText.PhraseMax),
        Evidence = from.Text(",\"evidence\":"u8),
        Start = from.Number(",\"start\":"u8),
        Length = from.Number(",\"length\":"u8),
        Source = from.Text(",\"source\":"u8),
        Author = from.Text(",\"author\":"u8),
        Operator = from.Text(",\"operator\":"u8),
        Factor = from.Text(",\"factor\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        Expires = from.Time(",\"expires\":"u8),
    };
}
