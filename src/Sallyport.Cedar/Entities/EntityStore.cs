using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Cedar.Entities;

/// <summary>
/// The entities that a request is decided with, each with all its ancestors. Immutable, and safe to share between
/// threads.
/// </summary>
public sealed class EntityStore
{
    private readonly UidTable<StoredEntity> _entities;
    private readonly StoredEntity[] _inOrder;
    private readonly EntityStore? _below;

    private EntityStore(UidTable<StoredEntity> entities, StoredEntity[] inOrder, EntityStore? below = null)
    {
        _entities = entities;
        _inOrder = inOrder;
        _below = below;
    }

    /// <summary>The store without entities.</summary>
    public static EntityStore Empty { get; } = new(new UidTable<StoredEntity>(0), []);

    /// <summary>The number of entities.</summary>
    public int Count => _inOrder.Length + (_below?.Count ?? 0);

    /// <summary>The entities, in the order in which they were given.</summary>
    public IEnumerable<Entity> Entities => (_below?.Entities ?? []).Concat(_inOrder.Select(stored => stored.Entity));

    /// <summary>Makes a store and finds every entity's ancestors.</summary>
    /// <returns>
    /// The store, or errors: two different entities of one uid, a cycle of parents, or more than the limits allow.
    /// </returns>
    public static Parsed<EntityStore> Create(IEnumerable<Entity> entities, CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        var given = entities as IReadOnlyCollection<Entity> ?? [.. entities];
        if (given.Count > limits.EntitiesMax)
        {
            return new Parsed<EntityStore>(Diagnostic.Unplaced(
                "entities.too-many", $"{given.Count} entities; the limit is {limits.EntitiesMax}.",
                    "Give only what a request can reach."));
        }

        var table = new UidTable<StoredEntity>(given.Count);
        var inOrder = new StoredEntity[given.Count];
        foreach (var entity in given)
        {
            ref var slot = ref table.GetOrAdd(entity.Uid, out var exists);
            if (exists && !slot!.Entity.SaysSame(entity))
            {
                return new Parsed<EntityStore>(Diagnostic.Unplaced(
                    "entities.duplicate", $"{entity.Uid} is described twice, in different ways.",
                        "Merge the two descriptions."));
            }

            if (!exists)
            {
                slot = new StoredEntity(entity);
                inOrder[table.Count - 1] = slot;
            }
        }

        Array.Resize(ref inOrder, table.Count);
        return Ancestry.TryClose(table, inOrder, limits.AncestorsMax) is { } error
            ? new Parsed<EntityStore>(error)
            : new Parsed<EntityStore>(new EntityStore(table, inOrder));
    }

    /// <summary>
    /// This store and one entity more: what belongs to a single request, on top of what all have in common.
    /// </summary>
    /// <remarks>The cost is that of the entity and its ancestors, whatever the size of this store.</remarks>
    /// <param name="entity">
    /// An entity that is not in this store, and in whose ancestry nothing of this store stands below it.
    /// </param>
    /// <exception cref="CedarException">The entity is in this store already.</exception>
    public EntityStore With(Entity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (Find(entity.Uid) is not null)
        {
            throw new CedarException($"{entity.Uid} is in the store already.");
        }

        var stored = new StoredEntity(entity);
        if (entity.Parents.Length > 0)
        {
            var ancestors = new HashSet<EntityUid>(entity.Parents);
            foreach (var parent in entity.Parents)
            {
                ancestors.UnionWith(Find(parent)?.Ancestors ?? []);
            }

            stored.SetAncestors([.. ancestors]);
        }

        var table = new UidTable<StoredEntity>(1);
        table.GetOrAdd(entity.Uid, out _) = stored;
        return new EntityStore(table, [stored], this);
    }

    /// <summary>The entity of this uid.</summary>
    public bool TryGet(EntityUid uid, [NotNullWhen(true)] out Entity? entity)
    {
        entity = Find(uid)?.Entity;
        return entity is not null;
    }

    /// <summary>Everything that the entity is in, directly or not, itself left out; empty if it is unknown.</summary>
    public ImmutableArray<EntityUid> AncestorsOf(EntityUid uid) => Find(uid) is { } found ? [.. found.Ancestors] : [];

    /// <summary>Cedar's <c>in</c>: whether the entity is the other one or has it among its ancestors.</summary>
    public bool IsIn(EntityUid uid, EntityUid container) =>
        uid.Equals(container) || (Find(uid)?.HasAncestor(container) ?? false);

    internal StoredEntity? Find(EntityUid uid) => _entities.TryGet(uid, out var found) ? found : _below?.Find(uid);
}
