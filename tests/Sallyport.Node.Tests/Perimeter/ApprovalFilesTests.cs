using System.Security.Cryptography;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;

namespace Sallyport.Perimeter.Tests;

// Who is asked, how long, and who is told: what is wrong is told with its line.
public sealed class ApprovalFilesTests
{
    private const string FourEyes = "policies: { packs: [allow-list, two-doors, operators, four-eyes] }\n";
    private const string Minimal = "version: 1\norganisation: example.org\nroles: {}\nagents: {}\n";

    [Fact]
    public void Operators_and_approvals_become_rules_of_the_snapshot()
    {
        using var folder = new ScratchFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("alice.pub", key.ExportSubjectPublicKeyInfoPem());
        folder.Write(
            "sallyport.yaml",
            Minimal + """
                operators:
                  alice: { person: alice@example.org, uids: [1000, 0], teams: [security], key: alice.pub }
                  bob: { uids: [1001] }
                approvals:
                  wait: 30s
                  expire: 2h
                  open: 5
                  webhooks: [{ url: "https://hooks.example.org:8443/a?b=1", secret: hook.secret }]
                  command: [/usr/bin/logger, -t, sallyport]
                  link: https://ops.example.org/{ticket}
                policies: { packs: [allow-list, two-doors, operators] }
                """);
        var loaded = PerimeterFolder.Load(folder.Path);
        Assert.Equal("0 mistakes, 0 warnings", Assert.Single(loaded.Lines()));
        var (rules, hooks) = (loaded.Snapshot!.Rules<ApprovalRules>(), loaded.Snapshot.Rules<HookRules>());
        Assert.Equal(
            (TimeSpan.FromSeconds(30), TimeSpan.FromHours(2), 5), (rules.Wait, rules.Lifetime, rules.OpenMax));
        var (alice, bob) = (rules.Operators["alice"], rules.Operators["bob"]);
        Assert.Equal(("alice@example.org", 2, "security"), (alice.Person, alice.Uids.Length, alice.Teams[0]));
        Assert.NotNull(alice.KeyPem);
        Assert.Equal(("bob", null), (bob.Person, bob.KeyPem));
        var hook = Assert.Single(hooks.Webhooks);
        Assert.Equal(
            ("https://hooks.example.org:8443/a?b=1", "hook.secret"), (hook.Target.ToString(), hook.SecretFile));
        Assert.Equal(["/usr/bin/logger", "-t", "sallyport"], hooks.Command, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("operators: { Alice: { uids: [1] } }", "5:14: The operator name 'Alice' is not a name")]
    [InlineData("operators: { alice: {} }", "5:14: operator 'alice' has neither uids nor a key")]
    [InlineData("operators: { alice: { uids: [root] } }", "5:30: A uid of operator 'alice' is no number")]
    [InlineData("operators: { alice: { uids: [1], teams: [A B] } }", "5:42: The team name 'A B' is not a name")]
    [InlineData("operators: { alice: { key: gone.pub } }", "5:28: ")]
    [InlineData("operators: { alice: { key: own.key } }",
        "5:28: The key of operator 'alice', 'own.key', holds a private key")]
    [InlineData("operators: { alice: { key: rsa.pub } }",
        "5:28: The key of operator 'alice', 'rsa.pub', holds no public EC key")]
    [InlineData("approvals: { wait: 30 }", "5:20: wait is '30'")]
    [InlineData("approvals: { wait: 11m }", "5:20: wait is '11m'")]
    [InlineData("approvals: { expire: 0s }", "5:22: expire is '0s'")]
    [InlineData("approvals: { expire: 8d }", "5:22: expire is '8d'")]
    [InlineData("approvals: { open: 0 }", "5:20: open is '0'")]
    [InlineData("approvals: { wiat: 1s }", "5:14: approvals has no key 'wiat'. Did you mean 'wait'?")]
    [InlineData("approvals: { command: [logger] }", "5:23: command begins with 'logger'")]
    [InlineData("approvals: { webhooks: [{ url: \"https://h.test/\" }] }", "5:25: A webhook has no 'secret'")]
    [InlineData("approvals: { webhooks: [{ url: \"ftp://h.test/\", secret: s }] }", "5:32: url is 'ftp://h.test/'")]
    [InlineData("approvals: { webhooks: [{ url: \"https://h.test/\", secret: ../s }] }", "5:59: secret is '../s'")]
    public void What_is_wrong_is_told_with_its_place(string lines, string mistake)
    {
        using var folder = new ScratchFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        folder.Write("own.key", key.ExportPkcs8PrivateKeyPem());
        folder.Write("rsa.pub", rsa.ExportSubjectPublicKeyInfoPem());
        folder.Write("sallyport.yaml", Minimal + lines + "\n");
        var told = PerimeterFolder.Load(folder.Path).Lines().ToList();
        Assert.Contains(told, line => line.StartsWith($"sallyport.yaml:{mistake}", StringComparison.Ordinal));
        Assert.StartsWith("1 mistake,", told[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "operators: { alice: { uids: [1] } }\npolicies: { packs: [allow-list, origins] }",
        "There are operators, and no policy permits them to approve anything")]
    [InlineData("approvals: { webhooks: [{ url: \"http://h.test/\", secret: s }] }", "goes over plain HTTP")]
    [InlineData(FourEyes + "operators: { ada: { uids: [1] } }", "Nobody may approve what agent 'research' does")]
    [InlineData(
        FourEyes + "operators: { ada: { uids: [1] }, bob: { uids: [2] } }",
        "Only bob may approve what agent 'research' does, and nobody where bob has started the run")]
    [InlineData(
        "operators: { ada: { uids: [1] } }\npolicies: { packs: [allow-list, two-doors, operators], files: [f.cedar] }",
        "The policy f.cedar:1 (f.cedar:1) can refuse a freeze")]
    public void What_is_probably_not_meant_is_a_warning(string lines, string warning)
    {
        using var folder = new ScratchFolder();
        folder.Write("f.cedar", "forbid (principal is Operator, action == Action::\"freeze\", resource);");
        folder.Write(
            "sallyport.yaml",
            (lines.StartsWith(FourEyes, StringComparison.Ordinal)
                ? Minimal.Replace(
                    "roles: {}\nagents: {}", "roles: { r: { allow: [GET a.test] } }\n"
                    + "agents: { research: { role: r, owner: ada } }", StringComparison.Ordinal)
                : Minimal) + lines + "\n");
        var told = PerimeterFolder.Load(folder.Path).Lines().ToList();
        Assert.Contains(told, line => line.Contains(warning, StringComparison.Ordinal));
        Assert.StartsWith("0 mistakes,", told[^1], StringComparison.Ordinal);
    }
}
