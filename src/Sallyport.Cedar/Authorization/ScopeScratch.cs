using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Authorization;

/// <summary>Working memory of index look-ups, kept from request to request.</summary>
internal sealed class ScopeScratch
{
    /// <summary>Room for the principal's atoms.</summary>
    public Atom[] Principals = new Atom[16];

    /// <summary>Room for the resource's atoms.</summary>
    public Atom[] Resources = new Atom[16];

    private readonly AtomMarks _principalMarks = new();
    private readonly AtomMarks _resourceMarks = new();
    private int _factsStamp;
    private string[] _attributes = [];
    private KnownFacts[] _facts = [];

    /// <summary>Marks the atoms that hold, so that a walk over all pairs can ask for each.</summary>
    public (AtomMarks Principals, AtomMarks Resources) Mark(ReadOnlySpan<Atom> principals, ReadOnlySpan<Atom> resources)
    {
        _principalMarks.Set(principals);
        _resourceMarks.Set(resources);
        return (_principalMarks, _resourceMarks);
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

/// <summary>A set of atoms, kept from request to request and emptied without being cleared.</summary>
internal sealed class AtomMarks
{
    private int[] _stamps = []; // by atom: the last look-up in which it held
    private int _stamp;

    public bool Has(int atom) => atom < _stamps.Length && _stamps[atom] == _stamp;

    public void Set(ReadOnlySpan<Atom> atoms)
    {
        if (_stamp == int.MaxValue)
        {
            _stamps = [];
            _stamp = 0;
        }

        _stamp++;
        foreach (var atom in atoms)
        {
            if (atom.Number >= _stamps.Length)
            {
                Array.Resize(ref _stamps, (atom.Number + 1) * 2);
            }

            _stamps[atom.Number] = _stamp;
        }
    }
}
