namespace Sallyport.Cedar.Entities;

/// <summary>An entity in a store, with its ancestors.</summary>
internal sealed class StoredEntity(Entity entity)
{
    // Up to here a look at each hash is faster than a table.
    private const int LinearMax = 16;

    private UidTable<bool>? _table;

    public Entity Entity { get; } = entity;

    /// <summary>Everything this entity is in, each once, itself left out.</summary>
    public EntityUid[] Ancestors { get; private set; } = [];

    public bool HasAncestor(EntityUid container)
    {
        if (_table is not null)
        {
            return _table.TryGet(container, out _);
        }

        foreach (var ancestor in Ancestors)
        {
            if (ancestor.Equals(container))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Called once, before the store is shared.</summary>
    public void SetAncestors(EntityUid[] ancestors)
    {
        Ancestors = ancestors;
        if (ancestors.Length > LinearMax)
        {
            _table = new UidTable<bool>(ancestors.Length);
            foreach (var ancestor in ancestors)
            {
                _table.GetOrAdd(ancestor, out _);
            }
        }
    }
}
