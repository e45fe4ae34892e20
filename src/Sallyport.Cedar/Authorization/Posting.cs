using Sallyport.Cedar.Evaluation;

namespace Sallyport.Cedar.Authorization;

/// <summary>A policy in the index: what its evaluation needs, side by side in memory with its neighbours.</summary>
internal readonly struct Posting
{
    public Posting(int index, CompiledPolicy policy)
    {
        Conditions = policy.Conditions;
        Index = index;
        IsForbid = policy.IsForbid;
        NeedsScopeCheck = policy.NeedsScopeCheck;
        AreAllPrefilters = policy.Prefilters.AreAll;
        Second = policy.Prefilters.Second;
    }

    public Node? Conditions { get; }

    public int Index { get; }

    public bool IsForbid { get; }

    public bool NeedsScopeCheck { get; }

    /// <inheritdoc cref="Prefilters.AreAll"/>
    public bool AreAllPrefilters { get; }

    /// <inheritdoc cref="Prefilters.Second"/>
    public Prefilter Second { get; }
}
