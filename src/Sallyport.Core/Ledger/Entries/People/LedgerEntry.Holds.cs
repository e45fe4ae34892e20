using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger;

public abstract partial record LedgerEntry
{
    /// <summary>An act waits for a person.</summary>
    public sealed record HoldOpened : LedgerEntry
    {
        /// <summary>Whose act.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>What people call it.</summary>
        public required string Ticket { get; init; }

        /// <summary>SHA-256 over the whole act, lower-case hex.</summary>
        public required string Digest { get; init; }

        /// <summary>The gateway that asked.</summary>
        public required string Gateway { get; init; }

        /// <summary><c>read</c>, <c>effect</c> or <c>model</c>.</summary>
        public required string Class { get; init; }

        /// <summary>The method.</summary>
        public required string Method { get; init; }

        /// <summary>The canonical target.</summary>
        public required string Target { get; init; }

        /// <summary>Host of the target.</summary>
        public required string Host { get; init; }

        /// <summary>Ids of the policies that hold it, divided by a comma and a space.</summary>
        public required string Policies { get; init; }

        /// <summary>How many these are: ids may hold commas themselves.</summary>
        public required int PolicyCount { get; init; }

        /// <summary>Why, in the words of the first policy.</summary>
        public required string Reason { get; init; }

        /// <summary>Labels that the run carried.</summary>
        public required LabelSet Labels { get; init; }

        /// <summary>Hash of the snapshot that held it.</summary>
        public required string Snapshot { get; init; }

        /// <summary>Hash of its policies.</summary>
        public required string PolicySet { get; init; }

        /// <summary>Unanswered until then it is denied.</summary>
        public required DateTimeOffset Expires { get; init; }
    }

    /// <summary>A hold was answered, or ended in another way. A use stands before the act that it is of.</summary>
    public sealed record ApprovalChanged : LedgerEntry
    {
        /// <summary>Whose act.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>The hold.</summary>
        public required string Ticket { get; init; }

        /// <summary>SHA-256 over the whole act, lower-case hex.</summary>
        public required string Digest { get; init; }

        /// <summary>One of <see cref="ApprovalWord"/>.</summary>
        public required string Change { get; init; }

        /// <summary>Who asked for the change: <c>uid:1000</c>; empty where nobody did.</summary>
        public required string Author { get; init; }

        /// <summary>The operator that this is; empty where it is none.</summary>
        public required string Operator { get; init; }

        /// <summary>How the operator was told apart: <c>uid</c> or <c>signature</c>; empty where nobody was.</summary>
        public required string Factor { get; init; }

        /// <summary>In the words of who did it, or the code of what ended or refused it.</summary>
        public required string Reason { get; init; }

        /// <summary>Until when it may be used; of a change that ends it, when it would have ended.</summary>
        public required DateTimeOffset Expires { get; init; }
    }

    /// <summary>A person made words of untrusted text their own for one act of one run, or that came to its end. A use
    /// stands before the act that it is of.</summary>
    public sealed record EndorsementChanged : LedgerEntry
    {
        /// <summary>Whose act.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>The item, SHA-256 in lower-case hex.</summary>
        public required string Digest { get; init; }

        /// <summary><c>given</c>, <c>used</c>, <c>voided</c> or <c>refused</c>, as of
        /// <see cref="ApprovalWord"/>.</summary>
        public required string Change { get; init; }

        /// <summary>The method.</summary>
        public required string Method { get; init; }

        /// <summary>The canonical target, without the values of its query.</summary>
        public required string Target { get; init; }

        /// <summary>Host of the target.</summary>
        public required string Host { get; init; }

        /// <summary>Where in the act the words stand.</summary>
        public required string At { get; init; }

        /// <summary>The words, as they were shown.</summary>
        public required string Shown { get; init; }

        /// <summary>The decision that brought the text in which they were read.</summary>
        public required string Evidence { get; init; }

        /// <summary>First byte there.</summary>
        public required long Start { get; init; }

        /// <summary>Bytes.</summary>
        public required long Length { get; init; }

        /// <summary>The source that they were read from.</summary>
        public required string Source { get; init; }

        /// <summary>Who asked for the change: <c>uid:1000</c>; empty where nobody did.</summary>
        public required string Author { get; init; }

        /// <summary>The operator that this is; empty where it is none.</summary>
        public required string Operator { get; init; }

        /// <summary>How the operator was told apart: <c>uid</c> or <c>signature</c>; empty where nobody was.</summary>
        public required string Factor { get; init; }

        /// <summary>In the words of who did it, or the code of what ended or refused it.</summary>
        public required string Reason { get; init; }

        /// <summary>Until when it may be used.</summary>
        public required DateTimeOffset Expires { get; init; }
    }
}

/// <summary>The stable words for what becomes of a hold.</summary>
public static class ApprovalWord
{
    /// <summary>A person has said yes.</summary>
    public const string Given = "given";

    /// <summary>A person has said no.</summary>
    public const string Declined = "declined";

    /// <summary>Its time was over.</summary>
    public const string Expired = "expired";

    /// <summary>The act passes, once: the decision stands after this.</summary>
    public const string Used = "used";

    /// <summary>A freeze, the end of the run or a wider hold has ended it.</summary>
    public const string Voided = "voided";

    /// <summary>Somebody asked to approve it and may not; nothing has changed.</summary>
    public const string Refused = "refused";
}
