namespace Sallyport.Perimeter.Tests;

// One row a mistake: what is put into a good configuration, and the exact line that check prints for it.
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

    [Theory]
    [InlineData("version: 1", "version: 2", "1:10: version is '2'. This program reads version 1.")]
    [InlineData("version: 1", "version:", "1:9: version is empty. Write one value, on the same line.")]
    [InlineData("version: 1\n", "", "1:1: The file has no 'version'. Add for example: version: 1.")]
    [InlineData("organisation: example.org\n", "", "1:1: The file has no 'organisation'. Add for example: organisation: example.org.")]
    [InlineData("organisation", "organization", "2:1: The file has no key 'organization'. Did you mean 'organisation'?")]
    [InlineData("example.org", "Example.org", "2:15: organisation is 'Example.org', which is not in lower case. Write a domain of yours in lower case; it becomes the trust domain of the agents' SPIFFE IDs.")]
    [InlineData("example.org", "a..b", "2:15: organisation is 'a..b', which has an empty label. Write a domain of yours in lower case; it becomes the trust domain of the agents' SPIFFE IDs.")]
    [InlineData("organisation: example.org", "organisation: example.org\nversion: 1", "3:1: The file has 'version' twice; the first is on line 1. Keep one of them.")]
    [InlineData("proxy: 127.0.0.1:3128", "proxy: localhost:3128", "4:10: proxy is 'localhost:3128'. Write an IP address and a port (127.0.0.1:3128, [::1]:0), or none.")]
    [InlineData("proxy: 127.0.0.1:3128", "poxy: none", "4:3: listen has no key 'poxy'. Did you mean 'proxy'?")]
    [InlineData("listen:\n  proxy: 127.0.0.1:3128", "listen: 3128", "3:9: listen is '3128'. Write its keys below it: proxy.")]
    [InlineData("reads: written", "reads: synched", "6:10: reads is 'synched'. Did you mean 'synced'?")]
    [InlineData("reads: written", "reads: never", "6:10: reads is 'never'. It can be: written, synced.")]
    [InlineData("reads: written", "reads: [written]", "6:10: reads is a list. Write one value, on the same line.")]
    [InlineData("  reader:", "  Reader:", "8:3: The role name 'Reader' is not a name. Write 1 to 63 of a-z, 0-9 and '-', beginning with a letter and not ending with '-'.", "14:21: agent 'research' has the role 'reader', which is not under roles. Did you mean 'Reader'?")]
    [InlineData("    allow:", "    alow:", "9:5: role 'reader' has no key 'alow'. Did you mean 'allow'?")]
    [InlineData("    allow:\n      - GET a.test", "    allow: GET a.test", "9:12: allow of role 'reader' is 'GET a.test'. Write a list: one item a line, each after '- ', or [] for none.")]
    [InlineData("- GET a.test", "- get a.test", "10:9: 'get' is not an HTTP method in capital letters. Write methods as GET,HEAD with no space between.")]
    [InlineData("- GET a.test", "-", "10:8: A rule of allow of role 'reader' is empty. Write one value, on the same line.")]
    [InlineData("- GET a.test", "- [GET a.test]", "10:9: A rule of allow of role 'reader' is a list. Write one value, on the same line.")]
    [InlineData("- GET a.test", "- '*.com'", "10:9: '*.com' would name hosts of anybody: com is a public suffix. Name the hosts, or a domain of one owner: *.example.com.")]
    [InlineData("- GET a.test", "- https://a.test", "10:9: The rule 'https://a.test' begins with a scheme. Leave it out: a rule names host, port and path.")]
    [InlineData("- GET a.test", "- class: read", "10:9: A rule of allow of role 'reader' has no 'rule'. Add for example: rule: GET,HEAD api.example.org/v1/**.")]
    [InlineData("- GET a.test", "- { rule: a.test, class: reed }", "10:32: class is 'reed'. Did you mean 'read'?")]
    [InlineData("- GET a.test", "- { rule: a.test, mode: blind }", "10:31: mode is 'blind'. It can be: inspect, tunnel.")]
    [InlineData("- GET a.test", "- { rule: a.test, reason: [] }", "10:33: reason is a list. Write one value, on the same line.")]
    [InlineData("- GET a.test", "- { rule: GET b.test/x, mode: tunnel }", "10:17: The tunnel rule 'GET b.test/x' names methods or a path, and inside a tunnel nobody sees them. Name host and port alone, or leave out mode: tunnel.")]
    [InlineData("- GET a.test", "- { rule: b.test, mode: tunnel, class: read }", "10:46: A tunnel rule has class 'read', and what passes unseen counts as an effect. Leave class out.")]
    [InlineData("- a.test/dm", "- { rule: a.test/dm, class: read }", "12:28: A rule of deny of role 'reader' has no key 'class'. It can be: rule, reason.")]
    [InlineData("- a.test/dm", "- a.test//dm", "12:9: The path '//dm' holds two slashes in a row. Write a plain path; '*' stands for anything within a segment, '**' as a whole segment for any number of them.")]
    [InlineData("  research:", "  re_search:", "14:3: The agent name 're_search' is not a name. Write 1 to 63 of a-z, 0-9 and '-', beginning with a letter and not ending with '-'.")]
    [InlineData("role: reader", "role: raeder", "14:21: agent 'research' has the role 'raeder', which is not under roles. Did you mean 'reader'?")]
    [InlineData("role: reader, ", "", "14:13: agent 'research' has no 'role'. Add for example: role: reader.")]
    [InlineData(", owner: alice", "", "14:13: agent 'research' has no 'owner'. Add for example: owner: you@example.org.")]
    [InlineData("owner: alice", "owner: ' '", "14:36: owner is ' '. Name the person who answers for the agent, in at most 254 characters.")]
    [InlineData("{ role: reader, owner: alice }", "reader", "14:13: agent 'research' is 'reader'. Write its keys below it: role, owner.")]
    [InlineData("agents:\n  research: { role: reader, owner: alice }\n", "", "1:1: The file has no 'agents'. Add for example: agents: { research: { role: reader, owner: you@example.org } }.")]
    [InlineData("agents:\n  research: { role: reader, owner: alice }\n", "agents: []\n", "13:9: agents is a list. Write one name a line, each with its keys below it.")]
    [InlineData("owner: alice }\n", "owner: alice }\n  research: { role: reader, owner: bob }\n", "15:3: agents has 'research' twice; the first is on line 14. Keep one of them.")]
    [InlineData("  a: {", "  A: {", "16:3: The source name 'A' is not a name. Write 1 to 63 of a-z, 0-9 and '-', beginning with a letter and not ending with '-'.")]
    [InlineData("  a: {", "  undeclared: {", "16:3: The source name 'undeclared' is taken: it stands for every host that no source names. Write 1 to 63 of a-z, 0-9 and '-', beginning with a letter and not ending with '-'.")]
    [InlineData("hosts: [a.test], ", "", "16:6: source 'a' has no 'hosts'. Add for example: hosts: [api.example.org].")]
    [InlineData("hosts: [a.test]", "hosts: []", "16:15: hosts of source 'a' is an empty list. Name at least one host, or remove the source.")]
    [InlineData("hosts: [a.test]", "hosts: a.test", "16:15: hosts of source 'a' is 'a.test'. Write a list: one item a line, each after '- ', or [] for none.")]
    [InlineData("hosts: [a.test]", "hosts: ['a.test/x']", "16:16: 'a.test/x' is not an address or a network. Write 10.0.0.5, 10.0.0.0/8, [fd00::1] or [fd00::/8].")]
    [InlineData("hosts: [a.test]", "hosts: [a.test, A.test.]", "16:24: The host 'A.test.' is written twice; the first is on line 16, in source 'a'. Keep one of them.")]
    [InlineData(", labels: [untrusted]", "", "16:6: source 'a' has no 'labels'. Add for example: labels: [untrusted].")]
    [InlineData("labels: [untrusted]", "labels: [Un trusted]", "16:34: The label 'Un trusted' is not a name. Write 1 to 63 of a-z, 0-9 and '-', beginning with a letter and not ending with '-'.")]
    [InlineData("labels: [untrusted]", "labels: [], address: wiki:80", "16:46: address is 'wiki:80'. Write an IP address and a port: 127.0.0.1:9443 or [::1]:9443.")]
    [InlineData("labels: [untrusted]", "labels: [], address: 127.0.0.1:0", "16:46: address is '127.0.0.1:0'. Write an IP address and a port: 127.0.0.1:9443 or [::1]:9443.")]
    [InlineData("labels: [untrusted]", "labels: [], address: 224.0.0.1:80", "16:46: address is '224.0.0.1:80', which is multicast (RFC 5771) and never dialled. Name the host's own address.")]
    [InlineData("labels: [untrusted]", "labels: [], ca: ../ca.pem", "16:41: The path '../ca.pem' leads out of the perimeter folder. Copy the file into the folder and name it from there.")]
    [InlineData("labels: [untrusted]", "labels: [], ca: sallyport.yaml", "16:41: The file 'sallyport.yaml' holds no certificate in PEM form. Put the CA's certificates there, in PEM form, and nothing else.")]
    [InlineData("labels: [untrusted]", "labels: [], cs: ca.pem", "16:37: source 'a' has no key 'cs'. Did you mean 'ca'?")]
    public void A_mistake_is_told_with_its_place_value_and_mend(string good, string bad, params string[] lines)
    {
        using var folder = new ScratchFolder();
        Assert.Contains(good, Good, StringComparison.Ordinal);
        var loaded = folder.Load(Replace(good, bad));
        Assert.Null(loaded.Snapshot);
        Assert.Null(loaded.Options);
        Assert.Equal(
            Text(lines.Select(line => $"sallyport.yaml:{line}").Order(StringComparer.Ordinal)),
            Text(loaded.Mistakes.Select(mistake => mistake.ToString()).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("- GET a.test", "- GET b.test", "10:9: No source names b.test, so whatever is read there is untrusted. If that is meant, say so: a source with labels: [untrusted].")]
    [InlineData("- GET a.test", "- GET a.test\n      - GET a.test/x", "11:9: The rule 'GET a.test/x' can never match: all that it names is named by an earlier rule: sallyport.yaml:10 (GET a.test). Remove it, or write it before the other.")]
    [InlineData("- GET a.test", "- GET a.test\n      - { rule: a.test, mode: tunnel }", "11:17: The rule 'a.test' can never match: all that it names has its CONNECT decided by an earlier rule: sallyport.yaml:10 (GET a.test). Remove it, or write it before the other.", "11:17: The tunnel rule 'a.test' can never open: a tunnel reads and acts at once, and source 'a' is untrusted. Remove mode: tunnel, or declare a source for the host whose labels do not hold untrusted.")]
    [InlineData("- a.test/dm", "- '*.b.test'\n      - a.test", "10:9: The rule 'GET a.test' can never match: all that it names is denied, and deny wins: sallyport.yaml:13 (a.test). Remove it, or narrow the deny rule.")]
    [InlineData("- GET a.test", "- { rule: a.test, mode: tunnel }", "10:17: The tunnel rule 'a.test' can never open: a tunnel reads and acts at once, and source 'a' is untrusted. Remove mode: tunnel, or declare a source for the host whose labels do not hold untrusted.")]
    [InlineData("    allow:\n      - GET a.test\n", "    allow: []\n", "13:3: Agent 'research' may reach nothing: its role 'reader' allows nothing. Add rules under allow of role 'reader'.")]
    [InlineData("agents:", "  idle: { allow: [a.test] }\nagents:", "13:3: No agent has the role 'idle'. Give it to an agent, or remove it.")]
    [InlineData("proxy: 127.0.0.1:3128", "proxy: 0.0.0.0:3128", "4:10: proxy listens on '0.0.0.0:3128', so run tokens cross the network in plain text. Listen on 127.0.0.1, or put TLS in front.")]
    public void A_warning_is_told_and_stops_nothing(string good, string odd, params string[] lines)
    {
        using var folder = new ScratchFolder();
        var loaded = folder.Load(Replace(good, odd));
        Assert.Empty(loaded.Mistakes);
        Assert.NotNull(loaded.Snapshot);
        Assert.Equal(Text(lines.Select(line => $"sallyport.yaml:{line}")), Text(loaded.Warnings.Select(warning => warning.ToString())));
    }

    [Fact]
    public void A_CA_file_holds_certificates_and_no_key()
    {
        using var folder = new ScratchFolder();
        folder.Write("key.pem", PerimeterFolderTests.Certificate("x") + "\n-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n");
        folder.Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        folder.Write("long.pem", new byte[PerimeterFolder.ReferencedBytesMax + 1]);
        folder.Write("good.pem", PerimeterFolderTests.Certificate("x"));
        Assert.EndsWith("holds a private key", What("key.pem"), StringComparison.Ordinal);
        Assert.EndsWith("holds a certificate that cannot be read", What("broken.pem"), StringComparison.Ordinal);
        Assert.EndsWith("has 1048577 bytes", What("long.pem"), StringComparison.Ordinal);
        Assert.EndsWith("is not there", What("none.pem"), StringComparison.Ordinal);
        Assert.Null(What("good.pem"));

        string? What(string file) => folder.Load(Replace("labels: [untrusted]", $"labels: [], ca: {file}")).Mistakes.SingleOrDefault()?.What;
    }

    [Fact]
    public void Many_mistakes_are_told_at_once_and_in_order()
    {
        using var folder = new ScratchFolder();
        var golden = Path.Combine(Repository(), "test", "Sallyport.Node.Tests", "Perimeter", "Golden");
        var lines = folder.Load(File.ReadAllText(Path.Combine(golden, "many-mistakes.yaml"))).Lines();
        var expected = Path.Combine(golden, "many-mistakes.txt");
        if (Environment.GetEnvironmentVariable("SALLYPORT_GOLDEN") == "accept")
        {
            File.WriteAllText(expected, Text(lines) + "\n");
        }

        Assert.Equal(File.ReadAllText(expected), Text(lines) + "\n");
    }

    private static string Text(IEnumerable<string> lines) => string.Join('\n', lines);

    private static string Replace(string good, string bad)
    {
        var at = Good.IndexOf(good, StringComparison.Ordinal);
        return string.Concat(Good.AsSpan(0, at), bad, Good.AsSpan(at + good.Length));
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Sallyport.slnx");
        }

        return folder.FullName;
    }
}
