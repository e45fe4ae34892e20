using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Generation;

/// <summary>
/// A small world: users in groups, files in folders, actions in groups; and policies and requests over it.
/// </summary>
internal static class World
{
    public static readonly ImmutableArray<EntityTypeName> Types =
        [.. new[] { "User", "Group", "File", "App::Folder", "Action" }.Select(EntityTypeName.Parse)];

    private static readonly string[] s_labels = ["label1", "label2", "label3", "a", "é\u0301\U0001F600"];

    public static EntityUid AnyUid(Random random) => Uid(random, Types[random.Next(Types.Length)].Name);

    public static EntityStore Entities(Random random)
    {
        var entities = new List<Entity>();
        foreach (var type in Types)
        {
            // Ids go up to 5 and some are left out, so that some names have no entity behind them.
            for (var id = 0; id < 5; id++)
            {
                if (random.Next(8) > 0)
                {
                    entities.Add(MakeEntity(random, type, id));
                }
            }
        }

        return EntityStore.Create(entities).ValueOrThrow();
    }

    public static Request Request(Random random) => new(
        Uid(random, "User"),
        Uid(random, "Action"),
        random.Next(5) == 0 ? AnyUid(random) : Uid(random, "File"),
        Context(random));

    public static PolicyBody Policy(Random random, int depth) => new()
    {
        Effect = random.Next(3) == 0 ? Effect.Forbid : Effect.Permit,
        Annotations = random.Next(4) == 0 ? [new Annotation("id", "x\"y"), new Annotation("if", null)] : [],
        Principal = Scope(random, SlotId.Principal, "User", "Group"),
        Action = AnyActionScope(random),
        Resource = Scope(random, SlotId.Resource, "File", "App::Folder"),
        Conditions = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Condition(random, depth))],
    };

    public static PolicySet Policies(Random random, int count, int depth) => PolicySet.Create(
        Enumerable.Range(0, count).Select(i => (new PolicyId($"p{i}"), Policy(random, depth)))).ValueOrThrow();

    private static EntityUid Uid(Random random, string type) => EntityUid.Of(type, $"{random.Next(5)}");

    private static Entity MakeEntity(Random random, EntityTypeName type, int id)
    {
        var attributes = new List<(string, Value)>();
        if (random.Next(4) > 0)
        {
            attributes.Add(("age", Value.Of((long)random.Next(-5, 60))));
            attributes.Add(("name", Value.Of(s_labels[random.Next(s_labels.Length)])));
        }

        if (random.Next(2) == 0)
        {
            attributes.Add(("owner", Value.Of(AnyUid(random))));
        }

        // A parent has a higher id or is of the container type, so that there is no cycle.
        var container = type.Name is "User" ? "Group" : type.Name is "File" ? "App::Folder" : type.Name;
        var parents = Enumerable.Range(id + 1, 4 - id + (container == type.Name ? 0 : 1))
            .Where(_ => random.Next(3) == 0).Select(i => EntityUid.Of(container, $"{i % 5}")).Distinct();
        var tags = random.Next(2) == 0 ? RecordValue.Create(("label1", Value.Of(7L)), ("a", Value.Of(id))) : null;
        return new Entity(new EntityUid(type, $"{id}"), RecordValue.Create([.. attributes]), [.. parents], tags);
    }

    private static RecordValue Context(Random random)
    {
        var attributes = new List<(string, Value)>
        {
            ("labels", Value.SetOf([.. s_labels.Where(_ => random.Next(2) == 0).Select(Value.Of)])),
            ("bytes", Value.Of((long)random.Next(-60, 60))),
            ("flag", Value.Of(random.Next(2) == 0)),
        };
        if (random.Next(2) == 0)
        {
            attributes.Add(("opt", Value.Of(random.Next(10) == 0 ? long.MaxValue : 3)));
            attributes.Add(("rec", Value.Of(RecordValue.Create(("x", Value.Of(1L))))));
        }

        if (random.Next(10) == 0)
        {
            attributes.RemoveAt(random.Next(3));
        }

        return RecordValue.Create([.. attributes]);
    }

    private static EntityScope Scope(Random random, SlotId slot, string own, string container)
    {
        var target = new EntityReference.Named(Uid(random, own));
        var group = new EntityReference.Named(Uid(random, random.Next(5) == 0 ? own : container));
        return random.Next(7) switch
        {
            0 or 1 => new EntityScope.Any(),
            2 => new EntityScope.Equal(target),
            3 or 4 => new EntityScope.In(group),
            5 => new EntityScope.Is(Types[random.Next(Types.Length)]),
            _ =>
                new EntityScope.IsIn(EntityTypeName.Parse(own), slot == SlotId.Principal || random.Next(2) == 0
                    ? group
                    : target),
        };
    }

    private static ActionScope AnyActionScope(Random random) => random.Next(5) switch
    {
        0 => new ActionScope.Any(),
        1 => new ActionScope.Equal(Uid(random, "Action")),
        2 => new ActionScope.In(Uid(random, "Action")),
        3 => new ActionScope.InAny([.. Enumerable.Range(0, 2 + random.Next(3)).Select(_ => Uid(random, "Action"))]),
        _ => new ActionScope.InAny([]),
    };

    private static Condition Condition(Random random, int depth) =>
        new(random.Next(3) == 0 ? ConditionKind.Unless : ConditionKind.When, new ExprGenerator(random).Bool(depth));
}
