using System.Text.Json;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Generation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Differential.Untyped;

/// <summary>Policy sets that no schema binds, with this engine's answers; many of their expressions fail.</summary>
internal static class UntypedCases
{
    /// <summary>Writes a case for each seed, one JSON object a line, for compare.js to put to the official
    /// engine.</summary>
    public static void Write(int first, int count)
    {
        using var output = Console.OpenStandardOutput();
        for (var seed = first; seed < first + count; seed++)
        {
            var random = new Random(seed);
            var policies = Generate(random);
            var entities = World.Entities(random);
            var compiled = CompiledPolicySet.Compile(policies);
            using (var writer = new Utf8JsonWriter(output))
            {
                writer.WriteStartObject();
                writer.WriteNumber("seed", seed);
                WriteBodies(writer, "texts", policies, body => writer.WriteStringValue(body.ToString()));
                WriteBodies(writer, "json", policies, body => writer.WriteRawValue(PolicyJson.Write(body)));
                writer.WritePropertyName("set");
                writer.WriteRawValue(PolicyJson.Write(policies));
                writer.WritePropertyName("entities");
                writer.WriteRawValue(EntityJson.Write(entities));
                writer.WriteStartArray("requests");
                for (var i = 0; i < 40; i++)
                {
                    Write(writer, compiled, World.Request(random), entities);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            output.WriteByte((byte)'\n');
        }
    }

    // Static policies, and some templates with two links each.
    private static PolicySet Generate(Random random)
    {
        var set = World.Policies(random, count: 1 + random.Next(30), depth: 1 + random.Next(4));
        for (var i = 0; i < random.Next(4); i++)
        {
            var body = World.Policy(random, depth: 2);
            var template = new PolicyBody
            {
                Effect = body.Effect,
                Principal = new EntityScope.In(new EntityReference.Slot(SlotId.Principal)),
                Action = body.Action,
                Resource = body.Resource,
                Conditions = body.Conditions,
            };
            set = set.Add(new PolicyId($"t{i}"), template);
            for (var j = 0; j < 2; j++)
            {
                set = set.Link(new PolicyId($"t{i}"), new PolicyId($"t{i}l{j}"), new SlotValues(EntityUid.Of("Group",
                    $"{j}")));
            }
        }

        return set;
    }

    private static void WriteBodies(Utf8JsonWriter writer, string member, PolicySet policies, Action<PolicyBody> write)
    {
        writer.WriteStartObject(member);
        foreach (var policy in policies.Policies.Where(p => p.Link is null))
        {
            writer.WritePropertyName(policy.Id.Value);
            write(policy.Body);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, CompiledPolicySet policies, Request request, EntityStore entities)
    {
        var response = policies.Authorize(request, entities);
        writer.WriteStartObject();
        writer.WritePropertyName("request");
        writer.WriteRawValue(request.ToJson());
        writer.WriteBoolean("exact", !HasBigInteger(request.Context));
        writer.WriteString("decision", response.Decision == Decision.Allow ? "allow" : "deny");
        writer.WriteStartArray("reason");
        foreach (var policy in response.Reasons)
        {
            writer.WriteStringValue(policy.Id.Value);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("errors");
        foreach (var error in response.Errors)
        {
            writer.WriteStringValue(error.Policy.Id.Value);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // JavaScript's numbers hold integers up to 2^53: what is beyond cannot be passed to the WebAssembly build at all.
    private static bool HasBigInteger(RecordValue record)
    {
        foreach (var value in record.Values)
        {
            if (value.Kind == ValueKind.Long && Math.Abs((decimal)value.AsLong()) > 1L << 53)
            {
                return true;
            }
        }

        return false;
    }
}
