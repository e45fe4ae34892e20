namespace Sallyport.Perimeter.Tests;

// One case a mistake, in Golden: what is taken out of a good configuration (-), what is put there instead (+), and the
// exact lines that check prints for it (=).
public sealed class MistakeTests
{
    private const string Good =
        """
        version: 1
        organisation: example.org
        listen:
          proxy: 127.0.0.1:3128
        ledger:
          reads: written
        roles:
          reader:
            allow:
              - GET a.test
            deny:
              - a.test/dm
        agents:
          research: { role: reader, owner: alice }
        sources:
          a: { hosts: [a.test], labels: [untrusted] }

        """;

    [Fact]
    public void The_good_configuration_is_good()
    {
        using var folder = new ScratchFolder();
        Assert.Equal("0 mistakes, 0 warnings", Assert.Single(folder.Load(Good).Lines()));
    }

    [Theory, MemberData(nameof(Cases), "mistakes.txt")]
    public void A_mistake_is_told_with_its_place_value_and_mend(string good, string bad, string[] lines)
    {
        using var folder = new ScratchFolder();
        var loaded = folder.Load(Replace(good, bad));
        Assert.Null(loaded.Snapshot);
        Assert.Null(loaded.Options);
        Assert.Equal(
            Text(lines.Select(line => $"sallyport.yaml:{line}").Order(StringComparer.Ordinal)),
            Text(loaded.Mistakes.Select(mistake => mistake.ToString()).Order(StringComparer.Ordinal)));
    }

    [Theory, MemberData(nameof(Cases), "warnings.txt")]
    public void A_warning_is_told_and_stops_nothing(string good, string odd, string[] lines)
    {
        using var folder = new ScratchFolder();
        var loaded = folder.Load(Replace(good, odd));
        Assert.Empty(loaded.Mistakes);
        Assert.NotNull(loaded.Snapshot);
        Assert.Equal(
            Text(lines.Select(line => $"sallyport.yaml:{line}")),
            Text(loaded.Warnings.Select(warning => warning.ToString())));
    }

    [Fact]
    public void A_CA_file_holds_certificates_and_no_key()
    {
        using var folder = new ScratchFolder();
        folder.Write("key.pem", PerimeterFolderTests.Certificate("x") + "\n-----BEGIN PRIVATE KEY-----\nAA==\n");
        folder.Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        folder.Write("long.pem", new byte[PerimeterFolder.ReferencedBytesMax + 1]);
        folder.Write("good.pem", PerimeterFolderTests.Certificate("x"));
        Assert.EndsWith("holds a private key", What("key.pem"), StringComparison.Ordinal);
        Assert.EndsWith("holds a certificate that cannot be read", What("broken.pem"), StringComparison.Ordinal);
        Assert.EndsWith("has 1048577 bytes", What("long.pem"), StringComparison.Ordinal);
        Assert.EndsWith("is not there", What("none.pem"), StringComparison.Ordinal);
        Assert.Null(What("good.pem"));

        string? What(string file) =>
            folder.Load(Replace("labels: [untrusted]", $"labels: [], ca: {file}")).Mistakes.SingleOrDefault()?.What;
    }

    [Fact]
    public void Many_mistakes_are_told_at_once_and_in_order()
    {
        using var folder = new ScratchFolder();
        var lines = folder.Load(File.ReadAllText(Golden("many-mistakes.yaml"))).Lines();
        var expected = Golden("many-mistakes.txt");
        if (Environment.GetEnvironmentVariable("SALLYPORT_GOLDEN") == "accept")
        {
            File.WriteAllText(expected, Text(lines) + "\n");
        }

        Assert.Equal(File.ReadAllText(expected), Text(lines) + "\n");
    }

    [Fact]
    public void The_example_of_the_reference_has_no_mistake_and_no_warning()
    {
        using var folder = new ScratchFolder();
        folder.Write("ca.pem", PerimeterFolderTests.Certificate("x"));
        var page = File.ReadAllText(Path.Combine(Repository(), "docs", "reference", "configuration.md"));
        var example = page.Split("```yaml\n")[1].Split("```")[0];
        Assert.Equal("0 mistakes, 0 warnings", Text(folder.Load(example).Lines()));
    }

    public static TheoryData<string, string, string[]> Cases(string file)
    {
        var cases = new TheoryData<string, string, string[]>();
        foreach (var block in File.ReadAllText(Golden(file)).TrimEnd('\n').Split("\n\n"))
        {
            var lines = block.Split('\n');
            cases.Add(Text(Marked(lines, '-')), Text(Marked(lines, '+')), Marked(lines, '='));
        }

        return cases;
    }

    private static string[] Marked(string[] lines, char mark) =>
        [.. lines.Where(line => line[0] == mark).Select(line => line[2..])];

    private static string Golden(string file) =>
        Path.Combine(Repository(), "tests", "Sallyport.Node.Tests", "Perimeter", "Golden", file);

    private static string Text(IEnumerable<string> lines) => string.Join('\n', lines);

    private static string Replace(string good, string bad)
    {
        // A whole line that nothing takes the place of goes with its end.
        var isWholeLine = $"\n{Good}".Contains($"\n{good}\n", StringComparison.Ordinal);
        var taken = bad.Length == 0 && isWholeLine ? good + "\n" : good;
        var at = Good.IndexOf(taken, StringComparison.Ordinal);
        return string.Concat(Good.AsSpan(0, at), bad, Good.AsSpan(at + taken.Length));
    }

    internal static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Sallyport.slnx");
        }

        return folder.FullName;
    }
}
