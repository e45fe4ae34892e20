using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Authorization;

/// <summary>Working memory of index look-ups, kept from request to request.</summary>
internal sealed class ScopeScratch
{
    /// <summary>The principal's atoms; as many as the look-up said.</summary>
    public int[] Principals = new int[16];

    /// <summary>The resource's atoms.</summary>
    public int[] Resources = new int[16];

    private int _stamp;
    private int _factsStamp;
    private string[] _attributes = [];
    private KnownFacts[] _facts = [];

    /// <summary>By resource atom: the number of the look-up in which it was last among the request's atoms.</summary>
    public int[] Stamps { get; private set; } = [];

    /// <summary>Marks the atoms of a look-up; returns its number.</summary>
    public int Stamp(ReadOnlySpan<int> atoms, int atomCount)
    {
        if (Stamps.Length < atomCount || _stamp == int.MaxValue)
        {
            Stamps = new int[Math.Max(atomCount, Stamps.Length)];
            _stamp = 0;
        }

        _stamp++;
        foreach (var atom in atoms)
        {
            Stamps[atom] = _stamp;
        }

        return _stamp;
    }

    /// <summary>Forgets the last request's context.</summary>
    public void BeginFacts(string[] attributes)
    {
        _attributes = attributes;
        if (_facts.Length < attributes.Length || _factsStamp == int.MaxValue)
        {
            _facts = new KnownFacts[Math.Max(attributes.Length, _facts.Length)];
            _factsStamp = 0;
        }

        _factsStamp++;
    }

    /// <summary>What the context holds under an attribute's number; looked up once a request.</summary>
    public ref readonly ContextFacts FactsOf(int attribute, RecordValue context)
    {
        ref var known = ref _facts[attribute];
        if (known.Stamp != _factsStamp)
        {
            known.Stamp = _factsStamp;
            known.Facts = new ContextFacts(context, _attributes[attribute]);
        }

        return ref known.Facts;
    }

    private struct KnownFacts
    {
        public int Stamp;
        public ContextFacts Facts;
    }
}
