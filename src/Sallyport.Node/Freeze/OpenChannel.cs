using Sallyport.Flow;

namespace Sallyport.Freeze;

/// <summary>How deep a cut goes.</summary>
public enum CutDepth
{
    /// <summary>The exchange alone; in HTTP/2 its neighbours on the same connection go on.</summary>
    Stream,

    /// <summary>The raw sockets below it, both sides, without a farewell.</summary>
    Connection,
}

/// <summary>Something that is open between a run and the world, and can be cut at any moment from any thread.</summary>
public abstract class OpenChannel(RunState run)
{
    /// <summary>Whose it is.</summary>
    public RunState Run => run;

    /// <summary>Closes it. Must not block, must not throw, may be called more than once.</summary>
    /// <param name="code">Stable code of the reason (<c>freeze.active</c>).</param>
    /// <param name="depth">How deep.</param>
    public abstract void Cut(string code, CutDepth depth);
}
