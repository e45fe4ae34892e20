using System.Text;

namespace Sallyport.Perimeter.Tests;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: 1", "1:1 { 1:1 a = 1:4 '1' }")]
    [InlineData("a:\n  - b\n  - c: d\n", "1:1 { 1:1 a = 2:3 [ 2:5 'b' 3:5 { 3:5 c = 3:8 'd' } ] }")]
    [InlineData("a: ~\nb: null\nc: '~'\nd:\n", "1:1 { 1:1 a = 1:4 '' 2:1 b = 2:4 '' 3:1 c = 3:4 '~' 4:1 d = 4:3 '' }")]
    [InlineData("a: 1\na: 2", "1:1 { 1:1 a = 1:4 '1' 2:1 a = 2:4 '2' }")]
    [InlineData("# comment\n---\n[x, \"y z\"]\n...\n", "3:1 [ 3:2 'x' 3:5 'y z' ]")]
    [InlineData("\ufeffa: b", "1:1 { 1:1 a = 1:4 'b' }")]
    [InlineData("a: >\n  one\n  two\n", "1:1 { 1:1 a = 1:4 'one two\n' }")]
    [InlineData("a: yes\nb: 010\n", "1:1 { 1:1 a = 1:4 'yes' 2:1 b = 2:4 '010' }")]
    public void A_document_becomes_a_tree_with_places(string yaml, string tree)
    {
        var (root, mistake) = Read(yaml);
        Assert.Null(mistake);
        Assert.Equal(tree, Print(root));
    }

    [Theory]
    [InlineData("a: &x 1", "1:4: An anchor (&) stands here")]
    [InlineData("a: 1\nb: *x", "2:4: An alias (*) stands here")]
    [InlineData("a: !!str 1", "1:4: A tag (!) stands here")]
    [InlineData("a: !x [1]", "1:4: A tag (!) stands here")]
    [InlineData("&x a: 1", "1:1: An anchor (&) stands here")]
    [InlineData("a: 1\n---\nb: 2\n", "2:1: A second document begins here")]
    [InlineData("a: 1\n? [b]\n: c\n", "2:3: A key is a list or a mapping")]
    [InlineData("a: [1", "This is not YAML")]
    [InlineData("a: 1\n b: 2\n", "2:3: This is not YAML")]
    [InlineData("a: \"x", "This is not YAML")]
    [InlineData("a: 1\n\tb: 2", "1:4: This is not YAML")]
    [InlineData("%YAML 9.9\n---\na: 1", "This is not YAML")]
    [InlineData("a: @b", "1:4: This is not YAML")]
    [InlineData("", "1:1: The file is empty")]
    [InlineData("# only a comment\n", "1:1: The file is empty")]
    public void What_is_not_plain_YAML_is_told_with_its_place(string yaml, string part)
    {
        var (root, mistake) = Read(yaml);
        Assert.Null(root);
        Assert.Contains(part, mistake?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_that_is_not_UTF8_is_told_with_its_place()
    {
        var (_, mistake) = YamlReader.Read([.. "a: 1\nb: x"u8, 0xff, (byte)'\n'], "f");
        Assert.Equal("f:2:5: The file is not UTF-8 text here. Save it as UTF-8.", mistake?.ToString());
        Assert.Equal(new Position(1, 1), YamlReader.Read([0xc3], "f").Mistake?.Position);
    }

    [Fact]
    public void Size_and_depth_have_limits()
    {
        Assert.Null(Read("a: 1\n" + new string('#', YamlReader.BytesMax - 5)).Mistake);
        Assert.StartsWith(
            "The file has 1048577 bytes",
            Read("a: 1\n" + new string('#', YamlReader.BytesMax - 4)).Mistake?.What,
            StringComparison.Ordinal);
        Assert.Null(Read(Nested(YamlReader.DepthMax)).Mistake);
        var deep = Read(Nested(YamlReader.DepthMax + 1)).Mistake;
        Assert.Equal("f:1:33: This is nested more than 32 deep. A configuration needs five.", deep?.ToString());
    }

    // The largest files of one shape: each ends, with a tree or a mistake.
    [Theory]
    [InlineData("", "[")]
    [InlineData("", "{")]
    [InlineData("", "- ")]
    [InlineData("", "? ")]
    [InlineData("[", "a,")]
    [InlineData("[", "a: b, ")]
    [InlineData("", "a ")]
    [InlineData("", "a: ")]
    [InlineData("", "a\n")]
    [InlineData("", "a: b\n")]
    [InlineData("", "- a\n")]
    [InlineData("", "'")]
    [InlineData("\"", "\\n")]
    [InlineData("a: |\n", " b\n")]
    [InlineData("", "%")]
    [InlineData("", "---\n")]
    [InlineData("", "&a ")]
    [InlineData("", "\n")]
    [InlineData("", "\t")]
    public void A_file_of_one_thing_repeated_ends(string start, string repeated)
    {
        var count = (YamlReader.BytesMax - start.Length) / repeated.Length;
        var (root, mistake) = Read(start + string.Concat(Enumerable.Repeat(repeated, count)));
        Assert.True(root is null != mistake is null);
    }

    // Mutations of the first configuration and of small pieces: a tree or a mistake, and then a snapshot or mistakes;
    // never an exception.
    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    [InlineData(53)]
    public void No_bytes_break_the_reader_or_the_compiler(int seed)
    {
        var random = new Random(seed);
        var (trees, clean) = (0, 0);
        for (var round = 0; round < 1500; round++)
        {
            var bytes = Mutate(random);
            var (root, mistake) = YamlReader.Read(bytes, "f");
            Assert.True(root is null != mistake is null, $"seed {seed}, round {round}");
            if (root is null)
            {
                Assert.True(mistake?.Position is { Line: > 0, Column: > 0 }, $"seed {seed}, round {round}: {mistake}");
                continue;
            }

            trees++;
            var compilation = PerimeterCompiler.Compile(root, "f", NoFile);
            clean += compilation.Perimeter is null ? 0 : 1;
            Assert.True(
                compilation.Perimeter is null == compilation.Mistakes.Length > 0, $"seed {seed}, round {round}");
            Assert.All(
                compilation.Mistakes,
                found =>
                    Assert.True(found.Position is { Line: > 0, Column: > 0 }, $"seed {seed}, round {round}: {found}"));
        }

        Assert.True(trees > 100 && clean > 0, $"{trees} trees and {clean} clean ones: the fuzzer has lost its way");
    }

    private static byte[] Mutate(Random random)
    {
        var text = new StringBuilder(
            random.Next(3) == 0 ? "version: 1\nroles:\n  r: { allow: [a.test] }\n" : FirstPerimeter.Text);
        string[] pieces =
        [
            "[", "]", "{", "}", ":", "- ", "? ", "\n", "  ", "\t", "&a ", "*a", "!t ", "'", "\"", "|", ">", "#", "%",
            "---\n", "\0", "é", "\ud800", "<<: ", "~", "a.test", "mode: tunnel",
        ];
        for (var i = random.Next(0, 6); i > 0; i--)
        {
            var at = random.Next(text.Length);
            _ = random.Next(3) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at)),
                1 => text.Insert(at, pieces[random.Next(pieces.Length)]),
                _ => text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 60), text.Length - at))),
            };
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (bytes.Length > 0 && random.Next(10) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static void NoFile(string path, out string? text, out Fault? fault) =>
        (text, fault) = (null, new Fault("test", "It is not there", "None"));

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static (ConfigNode? Root, Mistake? Mistake) Read(string yaml) =>
        YamlReader.Read(Encoding.UTF8.GetBytes(yaml), "f");

    private static string Print(ConfigNode? node) => node switch
    {
        ConfigNode.Scalar scalar => $"{Place(scalar)} '{scalar.Text}'",
        ConfigNode.Sequence list => $"{Place(list)} [ {string.Join(' ', list.Items.Select(Print))} ]",
        ConfigNode.Mapping map =>
            $"{Place(map)} {{ {string.Join(' ', map.Entries.Select(Print))} }}",
        _ => "nothing",
    };

    private static string Print(ConfigEntry entry) =>
        $"{Place(entry.Key)} {entry.Key.Text} = {Print(entry.Value)}";

    private static string Place(ConfigNode node) => $"{node.Position.Line}:{node.Position.Column}";
}
