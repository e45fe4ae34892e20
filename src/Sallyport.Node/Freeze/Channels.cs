using System.Collections.Concurrent;
using Sallyport.Identity;

namespace Sallyport.Freeze;

/// <summary>Every open channel of this node.</summary>
/// <remarks>A channel is registered before its decision is recorded, and the freeze is read once more after: so either the
/// one who cuts sees the channel, or the channel sees the freeze. There is no moment between.</remarks>
public sealed class Channels
{
    private readonly ConcurrentDictionary<OpenChannel, byte> open = new(ReferenceEqualityComparer.Instance as IEqualityComparer<OpenChannel>);

    /// <summary>Number of open channels.</summary>
    public int Count => open.Count;

    /// <summary>Registers a channel until the returned value is disposed.</summary>
    public Registration Register(OpenChannel channel)
    {
        open[channel] = 0;
        return new Registration(this, channel);
    }

    /// <summary>Every open channel.</summary>
    public IEnumerable<OpenChannel> All => Matching(_ => true);

    /// <summary>The open channels of one run.</summary>
    public IEnumerable<OpenChannel> Of(RunId run) => Matching(channel => channel.Run.Id == run);

    /// <summary>Cuts every channel that the scope covers, raw sockets and all. Returns how many.</summary>
    public int CutAll(FreezeScope scope, string code)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var cut = 0;
        foreach (var channel in Matching(channel => scope.Covers(channel.Run.Agent, channel.Run.Id)))
        {
            channel.Cut(code, CutDepth.Connection);
            cut++;
        }

        return cut;
    }

    private IEnumerable<OpenChannel> Matching(Func<OpenChannel, bool> wanted)
    {
        // The enumerator takes no lock and returns whatever was registered before it began.
        foreach (var (channel, _) in open)
        {
            if (wanted(channel))
            {
                yield return channel;
            }
        }
    }

    /// <summary>Keeps a channel registered.</summary>
    public readonly struct Registration(Channels? owner, OpenChannel channel) : IDisposable, IEquatable<Registration>
    {
        private readonly OpenChannel channel = channel;

        /// <summary>Forgets the channel; nothing to forget is fine.</summary>
        public void Dispose() => owner?.open.TryRemove(channel, out _);

        /// <inheritdoc/>
        public bool Equals(Registration other) => ReferenceEquals(channel, other.channel);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Registration other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => channel.GetHashCode();

        /// <summary>Same channel.</summary>
        public static bool operator ==(Registration left, Registration right) => left.Equals(right);

        /// <summary>Other channel.</summary>
        public static bool operator !=(Registration left, Registration right) => !left.Equals(right);
    }
}
