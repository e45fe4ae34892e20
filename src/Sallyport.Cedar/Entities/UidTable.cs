using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Sallyport.Cedar.Entities;

/// <summary>A hash table from entity uids, written once and then only read. A lookup allocates nothing and costs some nanoseconds.</summary>
internal sealed class UidTable<T>
{
    private int[] _buckets; // open addressing: index + 1 into _slots, 0 for free; at most half full
    private Slot[] _slots;

    public UidTable(int capacity)
    {
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, capacity * 2))];
        _slots = new Slot[Math.Max(2, capacity)];
    }

    public int Count { get; private set; }

    public bool TryGet(EntityUid uid, [MaybeNullWhen(false)] out T value)
    {
        var buckets = _buckets;
        var mask = buckets.Length - 1;
        var hash = uid.GetHashCode();
        for (var bucket = Spread(hash) & mask; buckets[bucket] is var index and > 0; bucket = (bucket + 1) & mask)
        {
            ref var slot = ref _slots[index - 1];
            if (slot.Hash == hash && slot.Uid.Equals(uid))
            {
                value = slot.Value!; // whoever added the slot has set it
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The value of a uid, to be read or set; made as <c>default</c> if it is new.</summary>
    public ref T? GetOrAdd(EntityUid uid, out bool exists)
    {
        if (Count == _slots.Length)
        {
            Grow();
        }

        var mask = _buckets.Length - 1;
        var hash = uid.GetHashCode();
        var bucket = Spread(hash) & mask;
        for (; _buckets[bucket] is var index and > 0; bucket = (bucket + 1) & mask)
        {
            ref var slot = ref _slots[index - 1];
            if (slot.Hash == hash && slot.Uid.Equals(uid))
            {
                exists = true;
                return ref slot.Value;
            }
        }

        exists = false;
        _buckets[bucket] = Count + 1;
        ref var added = ref _slots[Count++];
        added.Hash = hash;
        added.Uid = uid;
        return ref added.Value;
    }

    public EntityUid KeyAt(int index) => _slots[index].Uid;

    public ref T? ValueAt(int index) => ref _slots[index].Value;

    private static int Spread(int hash) => (int)(((uint)hash * 0x9E3779B1u) >> 7);

    private void Grow()
    {
        Array.Resize(ref _slots, _slots.Length * 2);
        _buckets = new int[_buckets.Length * 2];
        var mask = _buckets.Length - 1;
        for (var i = 0; i < Count; i++)
        {
            var bucket = Spread(_slots[i].Hash) & mask;
            while (_buckets[bucket] > 0)
            {
                bucket = (bucket + 1) & mask;
            }

            _buckets[bucket] = i + 1;
        }
    }

    private struct Slot
    {
        public int Hash;
        public EntityUid Uid;
        public T? Value;
    }
}
