using System.Numerics;
using Sallyport.Cedar.Entities;

namespace Sallyport.Cedar.Authorization;

/// <summary>Finds the atoms that hold for a request's principal, or for its resource.</summary>
internal sealed class ScopeAtoms
{
    private readonly Slot[] _slots; // open addressing; at most half full, so that a miss ends soon
    private readonly ulong _ownTypes; // one bit, by hash, for each type that "==" or "in" names
    private readonly ulong _groupTypes; // the same for "in" alone
    private readonly bool _hasTypes; // whether "is" occurs

    public ScopeAtoms((AtomKey Key, Atom Atom)[] atoms)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, atoms.Length * 2))];
        foreach (var (key, atom) in atoms)
        {
            Insert(key, atom);
            _hasTypes |= key.Form == AtomForm.Is;
            _ownTypes |= key.Form == AtomForm.Equal ? Bit(key.Type) : 0;
            _groupTypes |= key.Form == AtomForm.In ? Bit(key.Type) : 0;
        }
    }

    /// <summary>The atoms that hold for an entity.</summary>
    /// <param name="uid">The entity.</param>
    /// <param name="entity">What the store has of it.</param>
    /// <param name="found">Where they are written; replaced by a longer array if need be.</param>
    public ReadOnlySpan<Atom> Find(EntityUid uid, StoredEntity? entity, ref Atom[] found)
    {
        var ancestors = entity?.Ancestors ?? [];
        if (found.Length < ancestors.Length + 3)
        {
            Array.Resize(ref found, (ancestors.Length + 3) * 2);
        }

        var atoms = found;
        var count = 0;
        if ((_ownTypes & Bit(uid.Type)) != 0)
        {
            count += Find(AtomForm.Equal, uid, ref atoms[count]);
        }

        if ((_groupTypes & Bit(uid.Type)) != 0)
        {
            count += Find(AtomForm.In, uid, ref atoms[count]);
        }

        foreach (var ancestor in ancestors)
        {
            count += Find(AtomForm.In, ancestor, ref atoms[count]);
        }

        count += _hasTypes ? FindType(uid.Type, ref atoms[count]) : 0;
        return atoms.AsSpan(0, count);
    }

    private static ulong Bit(EntityTypeName type) => 1UL << type.GetHashCode();

    private static int Spread(int hash) => (int)(((uint)hash * 0x9E3779B1u) >> 7);

    /// <summary>1 and the atom, or 0.</summary>
    private int Find(AtomForm form, EntityUid uid, ref Atom atom)
    {
        var slots = _slots;
        var hash = AtomKey.Hash(form, uid);
        for (var at = Spread(hash) & (slots.Length - 1); ; at = (at + 1) & (slots.Length - 1))
        {
            ref var slot = ref slots[at];
            if (slot.Id is null)
            {
                return 0;
            }

            if (slot.Hash == hash && slot.Form == form && slot.Id == uid.Id && slot.Type.Equals(uid.Type))
            {
                atom = slot.Atom;
                return 1;
            }
        }
    }

    private int FindType(EntityTypeName type, ref Atom atom)
    {
        var slots = _slots;
        for (var at = Spread(AtomKey.Hash(type)) & (slots.Length - 1); ; at = (at + 1) & (slots.Length - 1))
        {
            ref var slot = ref slots[at];
            if (slot.Id is null)
            {
                return 0;
            }

            if (slot.Form == AtomForm.Is && slot.Type.Equals(type))
            {
                atom = slot.Atom;
                return 1;
            }
        }
    }

    private void Insert(AtomKey key, Atom atom)
    {
        var hash = key.Hash();
        var at = Spread(hash) & (_slots.Length - 1);
        while (_slots[at].Id is not null)
        {
            at = (at + 1) & (_slots.Length - 1);
        }

        _slots[at] = new Slot(key, hash, atom);
    }

    /// <summary>Everything of an atom but the characters of its id, in one place.</summary>
    private readonly struct Slot(AtomKey key, int hash, Atom atom)
    {
        // null in a free slot, as Type is.
        public readonly string? Id = key.Id;
        public readonly EntityTypeName Type = key.Type;
        public readonly Atom Atom = atom;
        public readonly int Hash = hash;
        public readonly AtomForm Form = key.Form;
    }
}
