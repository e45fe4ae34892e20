using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Network;

namespace Sallyport.Range.Moltbook;

/// <summary>The whole API under one prefix.</summary>
internal static class MoltbookRoutes
{
    public static void Map(RouteGroupBuilder api, LiveNetwork network, TimeProvider time, CancellationToken stopping)
    {
        PostRoutes.Map(api, network);
        _ = (time, stopping);
    }
}
