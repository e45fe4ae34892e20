using System.Collections.Frozen;
using Sallyport.Egress;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>senders</c> of a source: whose messages there are a person's own words.</summary>
internal static class SenderReader
{
    private const int IdLengthMax = 256;

    public static Senders? Read(ConfigNode? node, string source, Findings findings)
    {
        var name = $"senders of {source}";
        if (node is null
            || Section.Of(node, name, findings, "path", "messages", "from", "text", "people") is not { } section)
        {
            return null;
        }

        var path = Path(section.Required("path", "/api/messages"), name, findings);
        var messages = Pointer(section.Required("messages", "/messages/*"), "messages", name, findings);
        var from = Pointer(section.Required("from", "/user"), "from", name, findings);
        var text = Pointer(section.Required("text", "/text"), "text", name, findings);
        var people = People(section.Required("people", "{ U024BE7LH: alice@example.org }"), name, findings);
        foreach (var (pointer, key) in ((MessagePointer?, string)[])[(from, "from"), (text, "text")])
        {
            if (pointer is { IsMany: true })
            {
                findings.Add(
                    section.Required(key, "")!.Position, // it was read
                    $"{key} of {name} may lead to more than one value",
                    "Lead to each message with messages:, and from there to its one sender and its one text");
            }
        }

        return path is null || messages is null || from is null || text is null || people.Count == 0
            ? null
            : new Senders(path, messages, from, text, people.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static PathPattern? Path(ConfigNode? node, string name, Findings findings)
    {
        if (Section.Text(node, $"path of {name}", findings) is not { } text)
        {
            return null;
        }

        if (!PathPattern.TryParse(text, out var pattern, out var fault))
        {
            findings.Add(node!.Position, fault.Detail, fault.Mend); // it has a text
            return null;
        }

        if (text is "/**" or "/*")
        {
            findings.Add(
                node!.Position, // likewise
                $"path of {name} is {Quote(text)}, which names every answer of the source",
                "Name the path at which the source itself says who sent a message: "
                + "what else it answers may be a stranger's");
            return null;
        }

        return pattern;
    }

    private static MessagePointer? Pointer(ConfigNode? node, string key, string name, Findings findings)
    {
        if (Section.Text(node, $"{key} of {name}", findings) is not { } text)
        {
            return null;
        }

        if (MessagePointer.TryParse(text, out var pointer))
        {
            return pointer;
        }

        findings.Add(
            node!.Position, // it has a text
            $"{key} of {name} is {Quote(text)}, which is no JSON pointer",
            "Write names after slashes, and * for every element of an array: /messages/*");
        return null;
    }

    private static Dictionary<string, string> People(ConfigNode? node, string name, Findings findings)
    {
        var people = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is null)
        {
            return people;
        }

        if (node is not ConfigNode.Mapping { Entries.Count: > 0 } mapping)
        {
            findings.Add(
                node.Position, $"people of {name} names nobody",
                "Write sender ids and whom each belongs to: { U024BE7LH: alice@example.org }");
            return people;
        }

        foreach (var (key, value) in Section.Entries(mapping, $"people of {name}", findings))
        {
            if (key.Text.Length > IdLengthMax)
            {
                findings.Add(
                    key.Position, $"A sender id of {name} is longer than {IdLengthMax} characters",
                    "Write the id that the source gives in its answers");
            }
            else if (Section.Text(value, $"person of {Quote(key.Text)}", findings) is { } person)
            {
                people[key.Text] = person;
            }
        }

        return people;
    }
}
