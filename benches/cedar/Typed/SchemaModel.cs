using System.Collections.Immutable;
using System.Text;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>
/// A small world from a seed: users in groups, files in folders, robots, enumerated colours, and actions in groups;
/// what attributes they have,
/// and of what types, differs from seed to seed.
/// </summary>
internal sealed class SchemaModel
{
    private static readonly string[] s_attributeNames = ["age", "name", "owner", "labels", "flag", "rec", "ip", "when",
        "b c", "if", "quota"];

    private readonly Random _random;
    private readonly string _namespace;

    private SchemaModel(Random random)
    {
        _random = random;
        _namespace = random.Next(3) == 0 ? "Fleet::Io" : "";
        string[] names = ["User", "Group", "File", "Folder", "Robot", "Color"];
        EntityTypes = [.. names.Select(Qualify)];
        Entities =
        [
            MakeEntity("User", "Group"), MakeEntity("Group", "Group"), MakeEntity("File", "Folder"),
            MakeEntity("Folder", "Folder"), MakeEntity("Robot", null),
            new ModelEntity(Qualify("Color"), null, [], null, ["red", "green", "0"]),
        ];
        Actions = [MakeAction("read", "any"), MakeAction("write", "any", "change"), MakeAction("share item", "change")];
    }

    /// <summary>Actions that only hold others.</summary>
    public static ImmutableArray<string> ActionGroups { get; } = ["any", "change"];

    /// <summary>Names of entity types, with their namespace.</summary>
    public ImmutableArray<string> EntityTypes { get; }

    /// <summary>The entity types.</summary>
    public ImmutableArray<ModelEntity> Entities { get; }

    /// <summary>The actions that can be requested.</summary>
    public ImmutableArray<ModelAction> Actions { get; }

    /// <summary>The name of the type of actions.</summary>
    public string ActionType => Qualify("Action");

    public static SchemaModel Make(Random random) => new(random);

    public ModelEntity Find(string name) => Entities.First(entity => entity.Name == name);

    /// <summary>A type by chance.</summary>
    public ModelType AnyType(int depth) => _random.Next(depth > 0 ? 12 : 9) switch
    {
        < 6 => ModelType.Simple[_random.Next(ModelType.Simple.Length)],
        < 9 => new ModelType.Entity(EntityTypes[_random.Next(EntityTypes.Length)]),
        9 or 10 => new ModelType.Set(AnyType(depth - 1)),
        _ => new ModelType.Record([.. Attributes(depth - 1, 3)]),
    };

    /// <summary>The schema in human syntax.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(_namespace.Length > 0 ? $"namespace {_namespace} {{\n" : "");
        foreach (var entity in Entities)
        {
            if (entity.Declared.Length > 0)
            {
                var ids = string.Join(", ", entity.Declared.Select(CedarText.Quote));
                text.AppendLine($"entity {Local(entity.Name)} enum [{ids}];");
                continue;
            }

            text.Append($"entity {Local(entity.Name)}").Append(entity.MemberOf is null ? ""
                : $" in [{Local(entity.MemberOf)}]")
                .Append($" {{{string.Join(", ", entity.Attributes)}}}").Append(entity.Tags is null ? ""
                    : $" tags {entity.Tags}").AppendLine(";");
        }

        text.AppendLine($"action {string.Join(", ", ActionGroups)};");
        foreach (var action in Actions)
        {
            var groups = string.Join(", ", action.Groups);
            text.AppendLine($"action {CedarText.AttributeName(action.Id)} in [{groups}] appliesTo {{"
                + $" principal: [{string.Join(", ", action.Principals.Select(Local))}],"
                + $" resource: [{string.Join(", ", action.Resources.Select(Local))}],"
                + $" context: {action.Context} }};");
        }

        return text.Append(_namespace.Length > 0 ? "}\n" : "").ToString();
    }

    private string Qualify(string name) => _namespace.Length > 0 ? $"{_namespace}::{name}" : name;

    // Inside its namespace a name may stand with or without it.
    private string Local(string name) => _namespace.Length > 0 ? name[(_namespace.Length + 2)..] : name;

    private ModelEntity MakeEntity(string name, string? memberOf) => new(
        Qualify(name), memberOf is null ? null : Qualify(memberOf), [.. Attributes(2, 6)], _random.Next(2) == 0
            ? AnyType(1) : null, []);

    private ModelAction MakeAction(string id, params ImmutableArray<string> groups) => new(
        id, groups, Some(EntityTypes[0], EntityTypes[4], EntityTypes[1]), Some(EntityTypes[2], EntityTypes[3],
            EntityTypes[5], EntityTypes[0]),
        new ModelType.Record([.. Attributes(2, 6)]));

    private ImmutableArray<string> Some(params ReadOnlySpan<string> names)
    {
        var some = names.ToArray().Where(_ => _random.Next(3) == 0).ToImmutableArray();
        return some.Length > 0 ? some : [names[_random.Next(2)]];
    }

    private List<ModelAttribute> Attributes(int depth, int atMost)
    {
        var names = s_attributeNames.ToArray();
        _random.Shuffle(names);
        return [.. names.Take(_random.Next(atMost + 1)).Select(name => new ModelAttribute(name, AnyType(depth),
            _random.Next(3) == 0))];
    }
}
