using System.Collections.Immutable;

namespace Sallyport.Cedar.Explaining;

/// <summary>
/// Changes in their order. Joined without copying: a chain of operands joins at each of them, and most of what it joins
/// is dropped again.
/// </summary>
internal sealed class Changes
{
    private readonly ClauseChange? _one;
    private readonly Changes? _first; // set with _second, or not at all
    private readonly Changes? _second;

    /// <summary>One change.</summary>
    public Changes(ClauseChange one)
    {
        _one = one;
        Count = 1;
    }

    private Changes(Changes? first, Changes? second)
    {
        _first = first;
        _second = second;
        Count = (first?.Count ?? 0) + (second?.Count ?? 0);
    }

    /// <summary>No change.</summary>
    public static Changes None { get; } = new(null, null);

    /// <summary>The number of changes.</summary>
    public int Count { get; }

    /// <summary>These, and then those.</summary>
    public Changes Then(Changes next) => Count == 0 ? next : next.Count == 0 ? this : new Changes(this, next);

    /// <summary>All of them, in their order.</summary>
    public ImmutableArray<ClauseChange> ToArray()
    {
        var changes = ImmutableArray.CreateBuilder<ClauseChange>(Count);
        var open = new Stack<Changes>(); // not recursion: a chain leans to the left, as high as it is long
        open.Push(this);
        while (open.TryPop(out var next))
        {
            if (next._one is not null)
            {
                changes.Add(next._one);
            }
            else if (next is { _first: { } first, _second: { } second })
            {
                open.Push(second);
                open.Push(first);
            }
        }

        return changes.MoveToImmutable();
    }
}
