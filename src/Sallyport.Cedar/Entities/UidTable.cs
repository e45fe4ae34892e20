using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Sallyport.Cedar.Entities;

/// <summary>
/// A hash table from entity uids, written once and then only read. A lookup allocates nothing and costs some
/// nanoseconds.
/// </summary>
internal sealed class UidTable<T>
{
    private Slot[] _slots; // open addressing; at most half full, so that a miss ends soon

    public UidTable(int capacity) =>
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, capacity * 2))];

    public int Count { get; private set; }

    /// <summary>The entries, in no particular order.</summary>
    public IEnumerable<KeyValuePair<EntityUid, T>> Entries =>
        _slots.Where(slot => slot.Uid is not null)
            .Select(slot => KeyValuePair.Create(slot.Uid!, slot.Value!)); // a slot with a uid has a value

    public bool TryGet(EntityUid uid, [MaybeNullWhen(false)] out T value)
    {
        var slots = _slots;
        var hash = uid.GetHashCode();
        var at = Spread(hash) & (slots.Length - 1);
        while (true)
        {
            ref var slot = ref slots[at];
            if (slot.Uid is null)
            {
                value = default;
                return false;
            }

            if (slot.Hash == hash && slot.Uid.Equals(uid))
            {
                value = slot.Value!; // whoever added the slot has set it
                return true;
            }

            at = (at + 1) & (slots.Length - 1);
        }
    }

    /// <summary>The value of a uid, to be read or set; made as <c>default</c> if it is new.</summary>
    public ref T? GetOrAdd(EntityUid uid, out bool exists)
    {
        if (Count * 2 >= _slots.Length)
        {
            Grow();
        }

        ref var slot = ref Find(_slots, uid, uid.GetHashCode());
        exists = slot.Uid is not null;
        if (!exists)
        {
            slot.Uid = uid;
            slot.Hash = uid.GetHashCode();
            Count++;
        }

        return ref slot.Value;
    }

    private static int Spread(int hash) => (int)(((uint)hash * 0x9E3779B1u) >> 7);

    private static ref Slot Find(Slot[] slots, EntityUid uid, int hash)
    {
        var at = Spread(hash) & (slots.Length - 1);
        while (slots[at].Uid is { } found && !(slots[at].Hash == hash && found.Equals(uid)))
        {
            at = (at + 1) & (slots.Length - 1);
        }

        return ref slots[at];
    }

    private void Grow()
    {
        var larger = new Slot[_slots.Length * 2];
        foreach (var slot in _slots)
        {
            if (slot.Uid is not null)
            {
                Find(larger, slot.Uid, slot.Hash) = slot;
            }
        }

        _slots = larger;
    }

    private struct Slot
    {
        public EntityUid? Uid;
        public T? Value;
        public int Hash;
    }
}
