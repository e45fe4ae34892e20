namespace Sallyport.Ledger;

/// <summary>What a decision was made under (labels of the run, freeze epoch), asked again at the moment its entry gets its position.</summary>
/// <remarks>Asked under the sequencer's lock: it reads fields, never waits and never calls back.</remarks>
public interface IFence
{
    /// <summary>Whether nothing that the decision depends on has moved since.</summary>
    bool Holds { get; }
}
