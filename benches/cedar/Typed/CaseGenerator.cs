using System.Text.Json.Nodes;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>Makes a whole case from a seed.</summary>
internal sealed class CaseGenerator
{
    private const int RequestCount = 12;

    private readonly Random _random;
    private readonly SchemaModel _model;

    private CaseGenerator(int seed)
    {
        _random = new Random(seed);
        _model = SchemaModel.Make(_random);
    }

    public static DifferentialCase Make(int seed) => new CaseGenerator(seed).Make(seed, asJson: seed % 3 == 0);

    private DifferentialCase Make(int seed, bool asJson)
    {
        var writer = new PolicyText(_random, _model, mayBeBig: !asJson);
        var policies = new List<(string Id, string Text)>();
        var links = new List<GeneratedLink>();
        for (var i = 1 + _random.Next(20); i > 0; i--)
        {
            var isTemplate = _random.Next(6) == 0;
            var (id, text) = ($"p{i}{(_random.Next(10) == 0 ? " \"é" : "")}", writer.Make(isTemplate));
            policies.Add((id, text));
            for (var link = isTemplate ? _random.Next(4) : 0; link > 0; link--)
            {
                links.Add(new GeneratedLink($"{id}/{link}", id, new SlotValues(
                    text.Contains("?principal", StringComparison.Ordinal) ? Uid() : null,
                    text.Contains("?resource", StringComparison.Ordinal) ? Uid() : null)));
            }
        }

        return new DifferentialCase(
            seed, _model.ToString(), policies, links, [.. Entities(), .. ActionEntities()],
            [.. Enumerable.Range(0, RequestCount).Select(_ => Request()).ToArray()], asJson);
    }

    private EntityUid Uid()
    {
        var type = Pick(_model.EntityTypes);
        return EntityUid.Of(type, Values.Id(_random, _model, type));
    }

    private IEnumerable<JsonObject> Entities()
    {
        foreach (var type in _model.Entities.Where(type => type.Declared.Length == 0))
        {
            // Now and then one is left out, so that some names have no entity behind them.
            for (var id = 0; id < 4; id++)
            {
                if (_random.Next(7) > 0)
                {
                    yield return Entity(type, id);
                }
            }
        }
    }

    private JsonObject Entity(ModelEntity type, int id)
    {
        // A parent of the same type has a higher id, so that there is no cycle.
        var first = type.MemberOf == type.Name ? id + 1 : 0;
        var parents = type.MemberOf is null
            ? []
            : Enumerable.Range(first, 4 - first).Where(_ => _random.Next(3) == 0).Select(parent => Values.UidJson(
                type.MemberOf, $"{parent}")).ToArray();
        var entity = new JsonObject
        {
            ["uid"] = Values.UidJson(type.Name, $"{id}"),
            ["attrs"] = Values.Record(_random, _model, type.Attributes),
            ["parents"] = new JsonArray([.. parents]),
        };
        if (type.Tags is not null)
        {
            entity["tags"] = new JsonObject(Values.TagNames.Where(_ => _random.Next(2) == 0)
                .Select(name => KeyValuePair.Create<string, JsonNode?>(name, Values.Json(_random, _model, type.Tags)))
                    .ToArray());
        }

        return entity;
    }

    private IEnumerable<JsonObject> ActionEntities() => _model.Actions.Select(action => new JsonObject
    {
        ["uid"] = Values.UidJson(_model.ActionType, action.Id),
        ["attrs"] = new JsonObject(),
        ["parents"] = new JsonArray([.. action.Groups.Select(group => Values.UidJson(_model.ActionType, group))]),
    });

    private JsonObject Request()
    {
        var action = _model.Actions[_random.Next(_model.Actions.Length)];
        var principal = Pick(_random.Next(10) == 0 ? _model.EntityTypes : action.Principals);
        var resource = Pick(_random.Next(10) == 0 ? _model.EntityTypes : action.Resources);
        var context = _random.Next(20) == 0 ? _model.Actions[0].Context : action.Context;
        return new JsonObject
        {
            ["principal"] = Values.UidJson(principal, Values.Id(_random, _model, principal)),
            ["action"] = Values.UidJson(_model.ActionType, action.Id),
            ["resource"] = Values.UidJson(resource, Values.Id(_random, _model, resource)),
            ["context"] = Values.Record(_random, _model, context.Attributes),
        };
    }

    private string Pick(IReadOnlyList<string> choices) => choices[_random.Next(choices.Count)];
}
