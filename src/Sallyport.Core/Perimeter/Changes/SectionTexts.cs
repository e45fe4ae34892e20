using System.Collections.Immutable;
using System.Text;

namespace Sallyport.Perimeter.Changes;

/// <summary>The sections of a configuration as canonical texts: equal where the same is written, in whatever layout and
/// with whatever comments.</summary>
internal static class SectionTexts
{
    /// <summary>The text of each section of a file, by its key.</summary>
    public static ImmutableSortedDictionary<string, string> Of(ConfigNode root) =>
        root is not ConfigNode.Mapping mapping
            ? ImmutableSortedDictionary<string, string>.Empty
            : mapping.Entries.GroupBy(entry => entry.Key.Text, StringComparer.Ordinal).ToImmutableSortedDictionary(
                group => group.Key, group => TextOf(group.First().Value), StringComparer.Ordinal);

    private static string TextOf(ConfigNode node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(ConfigNode node, StringBuilder to)
    {
        switch (node)
        {
            case ConfigNode.Scalar scalar:
                to.Append(System.Globalization.CultureInfo.InvariantCulture, $"{scalar.Text.Length}:{scalar.Text}");
                break;
            case ConfigNode.Sequence sequence:
                to.Append('[');
                foreach (var item in sequence.Items)
                {
                    Write(item, to);
                }

                to.Append(']');
                break;
            case ConfigNode.Mapping mapping:
                to.Append('{');
                foreach (var (key, value) in mapping.Entries)
                {
                    Write(key, to);
                    Write(value, to);
                }

                to.Append('}');
                break;
        }
    }
}
