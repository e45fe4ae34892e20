using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Json;

/// <summary>Writes policies in Cedar's JSON form, member for member as the official implementation does.</summary>
internal static class PolicyWriter
{
    public static void Write(Utf8JsonWriter to, PolicySet policies)
    {
        to.WriteStartObject();
        to.WriteStartObject("staticPolicies");
        foreach (var policy in policies.Policies.Where(p => p.Link is null))
        {
            to.WritePropertyName(policy.Id.Value);
            Write(to, policy.Body);
        }

        to.WriteEndObject();
        to.WriteStartObject("templates");
        foreach (var template in policies.Templates)
        {
            to.WritePropertyName(template.Id.Value);
            Write(to, template.Body);
        }

        to.WriteEndObject();
        to.WriteStartArray("templateLinks");
        foreach (var policy in policies.Policies.Where(p => p.Link is not null))
        {
            WriteLink(to, policy.Id, policy.Link!); // filtered above
        }

        to.WriteEndArray();
        to.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter to, PolicyBody body)
    {
        to.WriteStartObject();
        to.WriteString("effect", body.Effect == Effect.Permit ? "permit" : "forbid");
        to.WritePropertyName("principal");
        Write(to, body.Principal);
        to.WritePropertyName("action");
        Write(to, body.Action);
        to.WritePropertyName("resource");
        Write(to, body.Resource);
        to.WriteStartArray("conditions");
        foreach (var condition in body.Conditions)
        {
            to.WriteStartObject();
            to.WriteString("kind", condition.Kind == ConditionKind.When ? "when" : "unless");
            to.WritePropertyName("body");
            ExprWriter.Write(to, condition.Body);
            to.WriteEndObject();
        }

        to.WriteEndArray();
        if (body.Annotations.Length > 0)
        {
            to.WriteStartObject("annotations");
            foreach (var annotation in body.Annotations)
            {
                to.WriteString(annotation.Key, annotation.Value); // null is written as null: no value
            }

            to.WriteEndObject();
        }

        to.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter to, EntityUid uid)
    {
        to.WriteStartObject();
        to.WriteString("type", uid.Type.Name);
        to.WriteString("id", uid.Id);
        to.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter to, PolicyId id, TemplateLink link)
    {
        to.WriteStartObject();
        to.WriteString("templateId", link.Template.Value);
        to.WriteString("newId", id.Value);
        to.WriteStartObject("values");
        if (link.Values.Principal is { } principal)
        {
            to.WritePropertyName("?principal");
            Write(to, principal);
        }

        if (link.Values.Resource is { } resource)
        {
            to.WritePropertyName("?resource");
            Write(to, resource);
        }

        to.WriteEndObject();
        to.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter to, EntityScope scope)
    {
        to.WriteStartObject();
        switch (scope)
        {
            case EntityScope.Any:
                to.WriteString("op", "All");
                break;
            case EntityScope.Equal equal:
                to.WriteString("op", "==");
                WriteReference(to, equal.Target);
                break;
            case EntityScope.In @in:
                to.WriteString("op", "in");
                WriteReference(to, @in.Container);
                break;
            case EntityScope.Is @is:
                to.WriteString("op", "is");
                to.WriteString("entity_type", @is.Type.Name);
                break;
            case EntityScope.IsIn isIn:
                to.WriteString("op", "is");
                to.WriteString("entity_type", isIn.Type.Name);
                to.WriteStartObject("in");
                WriteReference(to, isIn.Container);
                to.WriteEndObject();
                break;
        }

        to.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter to, ActionScope scope)
    {
        to.WriteStartObject();
        to.WriteString("op", scope switch
        {
            ActionScope.Any => "All",
            ActionScope.Equal => "==",
            _ => "in",
        });
        if (scope is ActionScope.InAny inAny)
        {
            to.WriteStartArray("entities");
            foreach (var group in inAny.Groups)
            {
                Write(to, group);
            }

            to.WriteEndArray();
        }
        else if (scope.Entities is [var entity])
        {
            to.WritePropertyName("entity");
            Write(to, entity);
        }

        to.WriteEndObject();
    }

    private static void WriteReference(Utf8JsonWriter to, EntityReference reference)
    {
        if (reference is EntityReference.Named named)
        {
            to.WritePropertyName("entity");
            Write(to, named.Uid);
        }
        else
        {
            to.WriteString("slot", reference.ToString());
        }
    }
}
