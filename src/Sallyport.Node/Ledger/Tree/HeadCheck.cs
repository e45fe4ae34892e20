using Sallyport.Tlog.Merkle;

namespace Sallyport.Ledger;

/// <summary>A head that the log's key has signed.</summary>
/// <param name="Head">Size and root.</param>
/// <param name="From">Where it was found, for people.</param>
internal sealed record SignedHead(TreeHead Head, string From);

/// <summary>Meets heads on the way through the log: each must be the tree's at its size.</summary>
internal sealed class HeadCheck(IEnumerable<SignedHead> heads)
{
    private readonly Queue<SignedHead> ahead = new(heads.OrderBy(head => head.Head.Size));
    private string proven = "";

    /// <summary>Compares the tree with every head of its size.</summary>
    /// <returns>Null, or which head is not the log's.</returns>
    public Fault? Check(LogTree tree)
    {
        while (ahead.TryPeek(out var next) && next.Head.Size.Value <= tree.Size)
        {
            ahead.Dequeue();
            var root = tree.Head.Root;
            if (root != next.Head.Root)
            {
                return LedgerFaults.NotExtended(
                    next.From, next.Head.Size.Value,
                    $"these entries hash to {root}, not to {next.Head.Root}: at least one of them is not the one that "
                    + $"was signed{proven}");
            }

            proven = $"; those before {next.Head.Size} are";
        }

        return null;
    }

    /// <summary>At the end of the log.</summary>
    /// <returns>Null, or which head says that the log was longer.</returns>
    public Fault? End(LogTree tree) =>
        Check(tree) ?? (ahead.TryPeek(out var next)
            ? LedgerFaults.NotExtended(
                next.From, next.Head.Size.Value, $"the log ends at position {tree.Size}: entries were cut off its end")
            : null);
}
