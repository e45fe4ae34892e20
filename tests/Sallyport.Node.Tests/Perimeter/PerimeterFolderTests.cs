using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Identity;

namespace Sallyport.Perimeter.Tests;

public sealed class PerimeterFolderTests
{
    private const string Minimal = "version: 1\norganisation: example.org\nroles: {}\nagents: {}\n";

    [Fact]
    public void Init_writes_a_configuration_without_mistake_or_warning_and_never_overwrites_it()
    {
        using var folder = new ScratchFolder();
        var perimeter = Path.Combine(folder.Path, "perimeter");
        Assert.Null(PerimeterFolder.Init(perimeter));
        var loaded = PerimeterFolder.Load(perimeter);
        Assert.Equal("0 mistakes, 0 warnings", Assert.Single(loaded.Lines()));

        File.AppendAllText(Path.Combine(perimeter, PerimeterFolder.FileName), "# mine\n");
        Assert.Equal("perimeter.exists", PerimeterFolder.Init(perimeter)?.Code);
        Assert.EndsWith(
            "# mine\n", File.ReadAllText(Path.Combine(perimeter, PerimeterFolder.FileName)), StringComparison.Ordinal);
        Assert.Equal(
            ["policies/first.test.yaml", PerimeterFolder.FileName],
            Directory.GetFiles(perimeter, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(perimeter, file)).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void The_first_cases_pass_and_those_that_are_there_stand()
    {
        using var folder = new ScratchFolder();
        Assert.Null(PerimeterFolder.Init(folder.Path));
        var snapshot = PerimeterFolder.Load(folder.Path).Snapshot!;
        var loaded = CaseFiles.Load(folder.Path, [], snapshot);
        Assert.Empty(loaded.Mistakes);
        Assert.Empty(loaded.Warnings);
        Assert.Equal(2, loaded.Cases.Length);
        Assert.All(loaded.Cases, one => Assert.Null(one.Run(snapshot).Difference));

        folder.Write("policies/first.test.yaml", "# mine");
        File.Delete(Path.Combine(folder.Path, PerimeterFolder.FileName));
        Assert.Null(PerimeterFolder.Init(folder.Path));
        Assert.Equal("# mine", File.ReadAllText(Path.Combine(folder.Path, "policies", "first.test.yaml")));
    }

    // A pipe would be waited for, and a link can lead to anything that the node's user may read.
    [Theory]
    [InlineData("pipe.cedar", "is no regular file")]
    [InlineData("folder.cedar", "is no regular file")]
    [InlineData("/dev/zero", "is a link that leads out of the perimeter folder")]
    [InlineData("outside.cedar", "is a link that leads out of the perimeter folder")]
    [InlineData("inside.cedar", null)]
    [InlineData("way/outside.cedar", "is a link that leads out of the perimeter folder")]
    public void Only_regular_files_of_the_folder_are_read(string file, string? told)
    {
        using var outside = new ScratchFolder();
        using var folder = new ScratchFolder();
        outside.Write("outside.cedar", "");
        folder.Write("real.cedar", "");
        switch (file)
        {
            case "pipe.cedar":
                using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(folder.Path, file)))
                {
                    made.WaitForExit();
                }

                break;
            case "folder.cedar":
                Directory.CreateDirectory(Path.Combine(folder.Path, file));
                break;
            case "inside.cedar":
                File.CreateSymbolicLink(Path.Combine(folder.Path, file), "real.cedar");
                break;
            case "outside.cedar":
                File.CreateSymbolicLink(Path.Combine(folder.Path, file), Path.Combine(outside.Path, file));
                break;
            case "way/outside.cedar":
                Directory.CreateSymbolicLink(Path.Combine(folder.Path, "way"), outside.Path);
                break;
            default:
                File.CreateSymbolicLink(Path.Combine(folder.Path, "zero.cedar"), file);
                file = "zero.cedar";
                break;
        }

        var loaded = folder.Load(Minimal + $"policies: {{ files: [{file}] }}\n");
        Assert.Equal(told is null, loaded.Mistakes.IsEmpty);
        Assert.All(loaded.Mistakes, mistake => Assert.EndsWith(told!, mistake.What, StringComparison.Ordinal));
    }

    [Fact]
    public void Init_says_when_there_is_no_place_for_a_file()
    {
        using var folder = new ScratchFolder();
        folder.Write("perimeter", "a file in the way");
        Assert.Equal("perimeter.unwritable", PerimeterFolder.Init(Path.Combine(folder.Path, "perimeter"))?.Code);
    }

    [Theory]
    [InlineData("research", "GET", "/api/v1/posts", "read")]
    [InlineData("research", "POST", "/api/v1/posts", "near")]
    [InlineData("research", "GET", "/api/v1/agents/dm/check", "forbidden")]
    [InlineData("builder", "GET", "/api/v1/posts", "none")]
    public void The_first_configuration_lets_an_agent_read_and_nothing_else(
        string agent, string method, string path, string expected)
    {
        using var folder = new ScratchFolder();
        Assert.Null(PerimeterFolder.Init(folder.Path));
        var snapshot = PerimeterFolder.Load(folder.Path).Snapshot;
        Assert.NotNull(snapshot);
        Assert.True(AgentId.TryParse(agent, out var id));
        Assert.True(Target.TryFromAuthority("www.moltbook.com:443", out var tunnel, out _));
        Assert.True(Target.TryFromTunnel(tunnel, path, out var target, out _));
        Assert.Equal(expected, snapshot.Rules<EgressRules>().Match(id, method, target, out _) switch
        {
            RuleMatch.Allowed allowed => allowed.Class.ToString().ToLowerInvariant(),
            RuleMatch.NearMiss => "near",
            RuleMatch.Forbidden => "forbidden",
            _ => "none",
        });
        Assert.Equal("social,untrusted", snapshot.Rules<Sources>().Of(target.Host).Source.Labels.ToString());
    }

    [Fact]
    public void A_folder_without_a_file_says_how_to_get_one()
    {
        using var folder = new ScratchFolder();
        var mistake = Assert.Single(PerimeterFolder.Load(folder.Path).Mistakes);
        Assert.Contains("is not there", mistake.What, StringComparison.Ordinal);
        Assert.Contains("sallyport init", mistake.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_is_that_of_the_list_that_sha256sum_prints_of_everything_that_decides()
    {
        using var folder = new ScratchFolder();
        var (one, two) = (Certificate("one"), Certificate("two"));
        folder.Write("b.pem", one);
        folder.Write("a.pem", two);
        var yaml = Minimal
            + "sources:\n  x: { hosts: [x.test], labels: [], ca: b.pem }\n"
            + "  y: { hosts: [y.test], labels: [], ca: a.pem }\n";
        var loaded = folder.Load(yaml);
        Assert.Empty(loaded.Mistakes);
        var packs = PolicyPacks.Default.Select(name => PolicyPacks.TryRead(name, out var pack) ? pack : null);
        var list = string.Concat(
        [
            $"{Hex(two)}  files/a.pem\n", $"{Hex(one)}  files/b.pem\n", $"{Hex(yaml)}  files/sallyport.yaml\n",
            .. packs.Select(pack => $"{Hex(pack!.Text)}  packs/{pack.File}\n"),
        ]);
        Assert.Equal(list, loaded.Files?.Manifest);
        Assert.Equal(Hex(list), loaded.Snapshot?.Hash);
        Assert.True(Host.TryParse("x.test", out var host));
        Assert.Equal(one, loaded.Snapshot?.Rules<Sources>().Of(host).CaPem);
    }

    // Without the list, a text that moves from one file to the next would not show.
    [Fact]
    public void A_text_that_moves_from_one_file_to_another_is_another_snapshot()
    {
        using var folder = new ScratchFolder();
        const string Policies = Minimal + "policies: { packs: [], files: [a.cedar, b.cedar] }\n";
        folder.Write("a.cedar", "permit (principal, action, resource);\n");
        folder.Write("b.cedar", "// nothing\n");
        var first = folder.Load(Policies).Snapshot!.Hash;
        folder.Write("a.cedar", "permit (principal, action, resource);\n// nothing\n");
        folder.Write("b.cedar", "");
        Assert.NotEqual(first, folder.Load(Policies).Snapshot!.Hash, StringComparer.Ordinal);
    }

    [Fact]
    public void A_pack_that_is_used_is_in_the_hash()
    {
        using var folder = new ScratchFolder();
        var files = folder.Load(Minimal).Files!;
        var changed = files.Names.Select(name => KeyValuePair.Create(
            name, name.EndsWith("two-doors.cedar", StringComparison.Ordinal) ? [] : files.Of(name)!));
        Assert.NotEqual(files.Hash, new SnapshotFiles(changed).Hash, StringComparer.Ordinal);
    }

    [Fact]
    public void Options_and_sources_arrive_as_written()
    {
        using var folder = new ScratchFolder();
        var loaded = folder.Load(
            """
            version: 1
            organisation: corp.example
            listen: { proxy: '[::1]:0' }
            ledger: { reads: synced }
            roles: {}
            agents: {}
            sources:
              wiki: { hosts: [wiki.corp.example, 10.0.0.0/8], labels: [b, a], address: '127.0.0.1:9443' }
            """);
        Assert.Empty(loaded.Mistakes);
        Assert.Equal("corp.example", loaded.Options?.Organisation.Text);
        Assert.Equal("[::1]:0", loaded.Options?.Proxy?.ToString());
        Assert.Equal(ReadRecord.Synced, loaded.Options?.Reads);
        Assert.True(Host.TryParse("10.0.0.5", out var host));
        var upstream = loaded.Snapshot?.Rules<Sources>().Of(host);
        Assert.Equal("wiki a,b 127.0.0.1:9443", $"{upstream?.Source.Name} {upstream?.Source.Labels} {upstream?.Dial}");
    }

    internal static string Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
