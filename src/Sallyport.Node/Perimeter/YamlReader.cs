using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sallyport.Perimeter;

/// <summary>Reads YAML 1.1 as far as a configuration needs it: mappings, lists and texts.</summary>
/// <remarks>What could make one text mean another (anchors, aliases, tags, merge keys, several documents) is refused
/// with its
/// place. The parser works on events and keeps its own stack, so neither size nor depth can exhaust ours.</remarks>
internal sealed class YamlReader
{
    /// <summary>Largest file in bytes.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>Deepest nesting of mappings and lists.</summary>
    public const int DepthMax = 32;

    private readonly string file;
    private readonly Stack<Open> open = new();
    private ConfigNode? root;
    private Mistake? mistake;

    private YamlReader(string file) => this.file = file;

    /// <summary>The tree, or the first thing that keeps the bytes from being one.</summary>
    public static (ConfigNode? Root, Mistake? Mistake) Read(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.Length > BytesMax)
        {
            return (
                null, new Mistake(file, Start, $"The file has {bytes.Length} bytes", $"At most {BytesMax} are read"));
        }

        return Text(bytes, out var text) is { } bad
            ? (null, new Mistake(file, bad, "The file is not UTF-8 text here", "Save it as UTF-8"))
            : new YamlReader(file).Read(text);
    }

    private static Position Start { get; } = new(1, 1);

    private (ConfigNode? Root, Mistake? Mistake) Read(string text)
    {
        var scanner = new Scanner(new StringReader(text), skipComments: true);
        try
        {
            var parser = new Parser(scanner);
            while (mistake is null && parser.MoveNext() && parser.Current is { } current)
            {
                Take(current);
            }
        }
        catch (YamlException exception)
        {
            Refuse(
                exception.Start,
                $"This is not YAML: {FirstLine(exception.Message)}",
                "See the line, and the one before it");
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3 throws this, and not its own exception, for some plain scalars in a flow mapping.
            Refuse(scanner.CurrentPosition, "This is not YAML", "See the line, and the one before it");
        }

        if (root is null && mistake is null)
        {
            mistake = new Mistake(
                file, Start, "The file is empty",
                file == PerimeterFolder.FileName
                    ? "Write a first one with: sallyport init"
                    : "Write something into it, or remove it");
        }

        return mistake is null ? (root, null) : (null, mistake);
    }

    private void Take(ParsingEvent current)
    {
        switch (current)
        {
            case AnchorAlias:
                Refuse(current.Start, "An alias (*) stands here", "Write the value itself");
                break;
            case NodeEvent { Anchor.IsEmpty: false }:
                Refuse(current.Start, "An anchor (&) stands here", "Write the value itself where it is needed");
                break;
            case NodeEvent { Tag.IsEmpty: false }:
                Refuse(current.Start, "A tag (!) stands here", "Remove it: every value is a text, a list or a mapping");
                break;
            case DocumentStart when root is not null:
                Refuse(current.Start, "A second document begins here", "Keep one document in a file");
                break;
            case MappingStart or SequenceStart when open.Count == DepthMax:
                Refuse(current.Start, $"This is nested more than {DepthMax} deep", "A configuration needs five");
                break;
            case MappingStart or SequenceStart:
                open.Push(new Open(current is MappingStart, Place(current.Start)));
                break;
            case MappingEnd or SequenceEnd:
                Add(open.Pop().Close());
                break;
            case YamlDotNet.Core.Events.Scalar scalar:
                Add(new ConfigNode.Scalar(Written(scalar), Place(current.Start)));
                break;
        }
    }

    private void Add(ConfigNode node)
    {
        if (!open.TryPeek(out var parent))
        {
            root = node;
        }
        else if (!parent.TryAdd(node))
        {
            mistake = new Mistake(file, node.Position, "A key is a list or a mapping", "Write a plain word as key");
        }
    }

    private void Refuse(Mark mark, string what, string mend) => mistake = new Mistake(file, Place(mark), what, mend);

    // "~" and "null" without quotes mean that nothing is written.
    private static string Written(YamlDotNet.Core.Events.Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is ("~" or "null" or "Null" or "NULL") ? "" : scalar.Value;

    private static Position Place(Mark mark) => new((int)Math.Max(mark.Line, 1), (int)Math.Max(mark.Column, 1));

    private static string FirstLine(string message) => Egress.Excerpt.Of(message.Split('\n')[0].TrimEnd('.'));

    // A byte order mark is dropped; the first byte that is not UTF-8 is told by its place.
    private static Position? Text(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        var start = bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var body = bytes[start..];
        if (!System.Text.Unicode.Utf8.IsValid(body))
        {
            var valid = 0;
            while (Rune.DecodeFromUtf8(body[valid..], out _, out var length) is System.Buffers.OperationStatus.Done)
            {
                valid += length;
            }

            var before = body[..valid];
            return new Position(before.Count((byte)'\n') + 1, valid - (before.LastIndexOf((byte)'\n') + 1) + 1);
        }

        text = Encoding.UTF8.GetString(body);
        return null;
    }

    /// <summary>A mapping or list whose end has not been met.</summary>
    private sealed class Open(bool isMapping, Position position)
    {
        private readonly List<ConfigNode> items = [];
        private readonly List<ConfigEntry> entries = [];
        private ConfigNode.Scalar? key;

        public bool TryAdd(ConfigNode node)
        {
            if (!isMapping)
            {
                items.Add(node);
            }
            else if (key is not null)
            {
                entries.Add(new ConfigEntry(key, node));
                key = null;
            }
            else
            {
                key = node as ConfigNode.Scalar;
                return key is not null;
            }

            return true;
        }

        public ConfigNode Close() => isMapping
            ? new ConfigNode.Mapping(entries, position)
            : new ConfigNode.Sequence(items, position);
    }
}
