using Sallyport.Ledger;

namespace Sallyport.Host;

/// <summary>The first position of entries that are not older than a time.</summary>
internal sealed class FirstSince(DateTimeOffset since)
{
    private bool isFound;

    /// <summary>The position; behind the last where there is none.</summary>
    public long Position { get; private set; }

    /// <summary>Takes the next entry of the log.</summary>
    public void Take(EntryId id, DateTimeOffset at)
    {
        if (!isFound)
        {
            isFound = at >= since;
            Position = isFound ? id.Position : id.Position + 1;
        }
    }
}
