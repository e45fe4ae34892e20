namespace Sallyport.Ledger;

/// <summary>What can go wrong with kept bodies, in words, with the mend.</summary>
internal static class ContentFaults
{
    public static Fault NotKept(string digest) => new(
        "content.not-kept", $"No body with the digest {digest} is kept here.",
        $"What became of it: sallyport content show {digest}");

    public static Fault Damaged(string path) => new(
        "content.damaged", $"{path} does not hold the body that it is named after: it was changed or cut.",
        "Take it from a copy of the folder, if there is one; the ledger is not touched by it.");

    public static Fault Unreadable(string path, Exception cause) => new(
        "content.unreadable", $"{path} cannot be read: {cause.Message}",
        "See that the folder belongs to the user that runs the node, on a disk that works.");

    public static Fault Unwritable(string folder, Exception cause) => new(
        "content.unwritable", $"Bodies cannot be kept in {folder}: {cause.Message}",
        "Mend the folder or the disk; the node goes on by itself. What was missed: sallyport log --kind content");

    public static Fault Held(string digest, string hold) => new(
        "content.held", $"The body {digest} is under the legal hold {hold}, and is not dropped.",
        $"See: sallyport content list. When the hold is over: sallyport content release {hold} REASON");

    public static Fault Lags { get; } = new(
        "content.index-lags", "The index has not caught up, and it says whose bodies a legal hold covers: all stay.",
        "Try again. What it lacks: sallyport status");

    public static Fault NoHold(string hold) => new(
        "content.hold-unknown", $"There is no legal hold '{hold}'.",
        "See those that are in force: sallyport content list");

    public static Fault Unrecorded { get; } = new(
        "ledger.unavailable", "It could not be recorded.", "See what the ledger lacks: sallyport status");
}
