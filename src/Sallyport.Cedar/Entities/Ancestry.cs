using System.Runtime.InteropServices;

namespace Sallyport.Cedar.Entities;

/// <summary>The transitive closure of parents. Without recursion: a chain may be as long as the store.</summary>
internal static class Ancestry
{
    private enum Mark : byte
    {
        New,
        Open, // on the path that is being walked: meeting it again is a cycle
        Done,
    }

    /// <summary>Fills in every entity's ancestors; returns what is wrong, or null.</summary>
    public static Diagnostic? TryClose(UidTable<StoredEntity> table, StoredEntity[] entities, int ancestorsMax)
    {
        if (!HasDepth(table, entities))
        {
            return CloseFlat(entities, table, ancestorsMax);
        }

        var marks = new Dictionary<StoredEntity, Mark>(ReferenceEqualityComparer.Instance);
        var path = new Stack<(StoredEntity Entity, int Next)>();
        long total = 0;
        foreach (var root in entities)
        {
            if (marks.GetValueOrDefault(root) == Mark.New)
            {
                path.Push((root, 0));
                marks[root] = Mark.Open;
            }

            while (path.TryPop(out var top))
            {
                var parents = top.Entity.Entity.Parents;
                if (top.Next == parents.Length)
                {
                    marks[top.Entity] = Mark.Done;
                    total += Collect(table, top.Entity);
                    if (total > ancestorsMax)
                    {
                        return TooMany(ancestorsMax);
                    }

                    continue;
                }

                path.Push((top.Entity, top.Next + 1));
                if (!table.TryGet(parents[top.Next], out var parent))
                {
                    continue;
                }

                ref var mark = ref CollectionsMarshal.GetValueRefOrAddDefault(marks, parent, out _);
                if (mark == Mark.Open)
                {
                    return Cycle(parent);
                }

                if (mark == Mark.New)
                {
                    mark = Mark.Open;
                    path.Push((parent, 0));
                }
            }
        }

        return null;
    }

    /// <summary>Whether some parent of an entity is itself in the store and has parents.</summary>
    private static bool HasDepth(UidTable<StoredEntity> table, StoredEntity[] entities)
    {
        foreach (var entity in entities)
        {
            foreach (var parent in entity.Entity.Parents)
            {
                if (table.TryGet(parent, out var found) && found.Entity.Parents.Length > 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// The common case, entities in groups that are in nothing: parents are all the ancestors there are.
    /// </summary>
    private static Diagnostic? CloseFlat(StoredEntity[] entities, UidTable<StoredEntity> table, int ancestorsMax)
    {
        long total = 0;
        foreach (var entity in entities)
        {
            var parents = entity.Entity.Parents;
            total += parents.Length;
            if (total > ancestorsMax)
            {
                return TooMany(ancestorsMax);
            }

            // Two parents that differ are the most common case after one.
            if (parents.Length == 1 || (parents.Length == 2 && parents[0] != parents[1]))
            {
                entity.SetAncestors([.. parents]);
            }
            else if (parents.Length > 1)
            {
                Collect(table, entity);
            }
        }

        return null;
    }

    private static int Collect(UidTable<StoredEntity> table, StoredEntity entity)
    {
        var ancestors = new List<EntityUid>(entity.Entity.Parents.Length);
        var found = new HashSet<EntityUid>();
        foreach (var parent in entity.Entity.Parents)
        {
            if (!found.Add(parent))
            {
                continue;
            }

            ancestors.Add(parent);
            if (table.TryGet(parent, out var stored))
            {
                ancestors.AddRange(stored.Ancestors.Where(found.Add));
            }
        }

        entity.SetAncestors([.. ancestors]);
        return ancestors.Count;
    }

    private static Diagnostic Cycle(StoredEntity at) =>
        Diagnostic.Unplaced(
            "entities.cycle",
            $"{at.Entity.Uid} is among its own ancestors.",
            "Remove one of the parents in the cycle.");

    private static Diagnostic TooMany(int max) =>
        Diagnostic.Unplaced(
            "entities.ancestors", $"More than {max} pairs of entity and ancestor.", "Make the hierarchy flatter.");
}
