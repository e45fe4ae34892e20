using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Json;

/// <summary>Reads policy sets in Cedar's JSON form.</summary>
internal sealed class PolicySetReader(CedarLimits limits)
{
    private readonly PolicyReader _policies = new(limits);
    private int _count;

    public PolicySet Read(ref Utf8JsonReader reader)
    {
        PolicyReader.RequireObject(reader, "a policy set");
        List<(PolicyId, PolicyBody)>? policies = null;
        List<(PolicyId, PolicyBody)>? templates = null;
        List<(PolicyId Id, PolicyId Template, SlotValues Values)>? links = null;
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var member = ValueReader.ReadText(ref reader);
            var at = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            switch (member)
            {
                case "staticPolicies" when policies is null:
                    policies = ReadBodies(ref reader, templates: false);
                    break;
                case "templates" when templates is null:
                    templates = ReadBodies(ref reader, templates: true);
                    break;
                case "templateLinks" when links is null:
                    links = ReadLinks(ref reader);
                    break;
                default:
                    throw new JsonFault("est.member", $"'{member}' is not, or not again, a member of a policy set.",
                        "A set has staticPolicies, templates and templateLinks.", at);
            }
        }

        return Link([.. policies ?? [], .. templates ?? []], links ?? []);
    }

    private static PolicySet Link(
        List<(PolicyId, PolicyBody)> bodies, List<(PolicyId Id, PolicyId Template, SlotValues Values)> links)
    {
        try
        {
            return PolicySet.Create(bodies).ValueOrThrow().LinkAll(links);
        }
        catch (CedarException exception)
        {
            throw new JsonFault("est.set", exception.Message, "", 0);
        }
    }

    private List<(PolicyId, PolicyBody)> ReadBodies(ref Utf8JsonReader reader, bool templates)
    {
        PolicyReader.RequireObject(reader, "policies by id");
        var bodies = new List<(PolicyId, PolicyBody)>();
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var id = ValueReader.ReadText(ref reader);
            var at = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            var body = _policies.ReadBody(ref reader);
            if (body.IsTemplate != templates)
            {
                throw new JsonFault("est.slot", templates ? $"'{id}' has no slot." : $"'{id}' has a slot.",
                    templates ? "Move it to staticPolicies." : "Move it to templates.", at);
            }

            RequireCount(++_count, at);
            bodies.Add((new PolicyId(id), body));
        }

        return bodies;
    }

    private List<(PolicyId Id, PolicyId Template, SlotValues Values)> ReadLinks(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array of links", reader);
        }

        var links = new List<(PolicyId, PolicyId, SlotValues)>();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray)
        {
            RequireCount(++_count, reader.TokenStartIndex);
            links.Add(ReadLink(ref reader));
        }

        return links;
    }

    private (PolicyId Id, PolicyId Template, SlotValues Values) ReadLink(ref Utf8JsonReader reader)
    {
        PolicyReader.RequireObject(reader, "a link");
        var start = reader.TokenStartIndex;
        string? template = null;
        string? id = null;
        SlotValues? values = null;
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var member = ValueReader.ReadText(ref reader);
            var at = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            switch (member)
            {
                case "templateId" when template is null:
                    template = ValueReader.ReadText(ref reader);
                    break;
                case "newId" when id is null:
                    id = ValueReader.ReadText(ref reader);
                    break;
                case "values" when values is null:
                    values = ReadSlots(ref reader);
                    break;
                default:
                    throw new JsonFault(
                        "est.member",
                        $"'{member}' is not, or not again, a member of a link.",
                        "A link has templateId, newId and values.",
                        at);
            }
        }

        return template is not null && id is not null && values is not null
            ? (new PolicyId(id), new PolicyId(template), values)
            : throw new JsonFault("est.member", "A link needs templateId, newId and values.", "", start);
    }

    private SlotValues ReadSlots(ref Utf8JsonReader reader)
    {
        PolicyReader.RequireObject(reader, "the values of slots");
        EntityUid? principal = null;
        EntityUid? resource = null;
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var slot = ValueReader.ReadText(ref reader);
            var at = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            switch (slot)
            {
                case "?principal" when principal is null:
                    principal = _policies.ReadUid(ref reader);
                    break;
                case "?resource" when resource is null:
                    resource = _policies.ReadUid(ref reader);
                    break;
                default:
                    throw new JsonFault(
                        "est.slot",
                        $"'{slot}' is not, or not again, a slot.",
                        "There are ?principal and ?resource.",
                        at);
            }
        }

        return new SlotValues(principal, resource);
    }

    private void RequireCount(int count, long at)
    {
        if (count > limits.PoliciesMax)
        {
            throw new JsonFault("policy.too-many", $"More than {limits.PoliciesMax} policies.", "Split the set.", at);
        }
    }
}
