using Sallyport.Flow;
using Sallyport.Freeze;

namespace Sallyport.Http.Wire;

/// <summary>A connection that belongs to one run from its first byte (a run socket, an inspected tunnel): a freeze ends it, idle or not.</summary>
internal sealed class GateConnection(RunState run, GateFeature feature) : OpenChannel(run)
{
    /// <inheritdoc/>
    public override void Cut(string code, CutDepth depth)
    {
        if (depth is CutDepth.Connection)
        {
            feature.Abort();
        }
    }
}
