namespace Sallyport.Flow.Origins;

/// <summary>
/// What one run has read, by trust, so that a value can be traced to where its text stands. Bounded memory; safe for
/// threads (one lock inside); in memory only: after a restart the caller marks it opaque.
/// </summary>
public sealed class TextIndex
{
    private readonly List<ReadingWriter> open = [];
    private readonly Tape[] tapes;
    private readonly Tracer tracer;
    private TextExposure exposure;

    /// <summary>An empty index.</summary>
    /// <param name="limits">Its bounds.</param>
    /// <param name="seed">A number that the writers of texts cannot know: it keeps them from choosing where tokens
    /// go.</param>
    public TextIndex(TextIndexLimits limits, uint seed)
    {
        ArgumentNullException.ThrowIfNull(limits);
        (Limits, Seed) = (limits, seed);
        tapes =
        [
            new Tape(seed, limits.BriefBytesMax),
            new Tape(seed, limits.TrustedBytesMax),
            new Tape(seed, limits.UntrustedBytesMax),
        ];
        tracer = new Tracer(this);
    }

    /// <summary>Its bounds.</summary>
    public TextIndexLimits Limits { get; }

    /// <summary>What the run was exposed to.</summary>
    public TextExposure Exposure
    {
        get
        {
            lock (Gate)
            {
                return exposure;
            }
        }
    }

    /// <summary>Bytes of memory that the index holds, without the readings under way.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (Gate)
            {
                return tapes.Sum(tape => tape.MemoryBytes);
            }
        }
    }

    internal Lock Gate { get; } = new();

    internal uint Seed { get; }

    /// <summary>Begins a reading. It counts as read from its first byte on.</summary>
    /// <param name="trust">Whose text it is.</param>
    /// <param name="reading">The caller's name for it, which evidence repeats.</param>
    public ReadingWriter Begin(TextTrust trust, int reading)
    {
        var writer = new ReadingWriter(this, trust, reading);
        lock (Gate)
        {
            open.Add(writer);
        }

        return writer;
    }

    /// <summary>
    /// Something was read that is not indexed: a tunnel, an image, an unknown coding, what was read before a restart.
    /// </summary>
    public void MarkOpaque(TextTrust trust)
    {
        lock (Gate)
        {
            exposure = exposure with
            {
                Opaque = true,
                UntrustedIncomplete = exposure.UntrustedIncomplete || trust == TextTrust.Untrusted,
            };
        }
    }

    /// <summary>Traces one text, as the value of a string or of a part of a URL.</summary>
    public ValueTrace Trace(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (Gate)
        {
            return Tracer().Text(value);
        }
    }

    /// <summary>Traces every string and number of a JSON argument, and the parts of URLs in it.</summary>
    /// <param name="json">One JSON value. What does not parse is one untrusted argument that says so.</param>
    public IReadOnlyList<TracedArgument> TraceJson(ReadOnlySpan<byte> json)
    {
        lock (Gate)
        {
            return ArgumentTree.Trace(json, Tracer());
        }
    }

    /// <summary>Traces a URL and each part of it: host, path segments, names and values of the query.</summary>
    public IReadOnlyList<TracedArgument> TraceUrl(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        lock (Gate)
        {
            var traced = new List<TracedArgument>();
            ArgumentTree.AddText(target, "", Tracer(), traced);
            return traced;
        }
    }

    internal Tape TapeOf(TextTrust trust) => tapes[(int)trust];

    internal void Expose(TextTrust trust, int bytes)
    {
        if (trust == TextTrust.Untrusted && bytes > 0 && !exposure.Untrusted)
        {
            exposure = exposure with { Untrusted = true };
        }
    }

    // Dropped text is something that could not be indexed: from then on nowhere means nothing.
    internal void MarkDropped(TextTrust trust) => MarkOpaque(trust);

    internal void Close(ReadingWriter writer) => open.Remove(writer);

    private Tracer Tracer()
    {
        foreach (var writer in open)
        {
            writer.Settle();
        }

        return tracer.Begin(exposure);
    }
}
