using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>
/// Numbers for what scopes ask of the principal, or of the resource: 0 for anything, then one for each <c>== E</c>,
/// <c>in E</c> and <c>is T</c> that occurs. <c>is T in E</c> is filed as <c>in E</c>, and its type looked at
/// afterwards.
/// </summary>
internal sealed class ScopeAtoms
{
    private readonly UidTable<Atoms> _uids = new(4);
    private readonly Dictionary<EntityTypeName, int> _types = [];

    public int Count { get; private set; } = 1;

    public int Add(EntityScope scope)
    {
        switch (scope)
        {
            case EntityScope.Any:
                return 0;
            case EntityScope.Is @is:
                _types.TryAdd(@is.Type, Count);
                var type = _types[@is.Type];
                Count = Math.Max(Count, type + 1);
                return type;
            default:
                // Not null: neither Any nor Is, and a policy has no slots.
                ref var atoms = ref _uids.GetOrAdd(scope.Entity!, out _);
                return scope is EntityScope.Equal ? Number(ref atoms.Equal) : Number(ref atoms.In);
        }
    }

    /// <summary>Writes the numbers of everything that holds for an entity; returns how many.</summary>
    public int Find(EntityUid uid, StoredEntity? entity, ref int[] found)
    {
        var ancestors = entity?.Ancestors ?? [];
        if (found.Length < ancestors.Length + 4)
        {
            Array.Resize(ref found, (ancestors.Length + 4) * 2);
        }

        var numbers = found;
        numbers[0] = 0;
        var count = 1;
        if (_uids.TryGet(uid, out var own))
        {
            count = Append(numbers, count, own.Equal);
            count = Append(numbers, count, own.In);
        }

        foreach (var ancestor in ancestors)
        {
            if (_uids.TryGet(ancestor, out var atoms))
            {
                count = Append(numbers, count, atoms.In);
            }
        }

        return _types.Count > 0 && _types.TryGetValue(uid.Type, out var type) ? Append(numbers, count, type) : count;
    }

    private static int Append(int[] numbers, int count, int number)
    {
        numbers[count] = number;
        return number == 0 ? count : count + 1;
    }

    private int Number(ref int number)
    {
        if (number == 0)
        {
            number = Count++;
        }

        return number;
    }

    private struct Atoms
    {
        public int Equal;
        public int In;
    }
}
