using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Instruments;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>The whole API under one prefix.</summary>
internal static class MoltbookRoutes
{
    public static void Map(RouteGroupBuilder api, LiveNetwork network, TimeProvider time, InstrumentRoutes instruments)
    {
        PostRoutes.Map(api, network);
        CommentRoutes.Map(api, network);
        SubmoltRoutes.Map(api, network);
        SearchRoutes.Map(api, network);
        AgentRoutes.Map(api, network);
        WriteRoutes.Map(api, network, time);
        // Ours, not the network's: a live feed to cut.
        api.MapMethods("/stream", Methods.Get, instruments.StreamAsync);
    }
}
