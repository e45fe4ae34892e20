using Sallyport.Flow;
using Sallyport.Freeze;

namespace Sallyport.Http.Wire;

/// <summary>
/// A connection that belongs to a run: from its first byte (a run socket, an inspected tunnel), or since a request on it
/// carried the run's token. A freeze ends it, idle or not.
/// </summary>
internal sealed class GateConnection(RunState run, GateFeature feature) : OpenChannel(run)
{
    /// <inheritdoc/>
    public override void Cut(string code, CutDepth depth)
    {
        if (depth is CutDepth.Connection)
        {
            feature.Cut(code);
        }
    }
}
