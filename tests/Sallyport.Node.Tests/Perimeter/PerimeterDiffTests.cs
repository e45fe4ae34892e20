using System.Collections.Immutable;
using System.Security.Cryptography;
using Sallyport.Perimeter.Changes;

namespace Sallyport.Perimeter.Tests;

public sealed class PerimeterDiffTests
{
    private const string Base =
        """
        version: 1
        organisation: example.org
        listen: { proxy: none }
        ledger: { reads: synced }
        changes: { second-person: widening }
        roles:
          reader:
            allow:
              - GET,HEAD a.test/v1/**
              - { rule: POST a.test/search, class: effect }
            deny:
              - a.test/v1/private/**
        agents:
          research: { role: reader, owner: ada }
        sources:
          a: { hosts: [a.test], labels: [untrusted], address: 127.0.0.1:9 }
        policies: { packs: [allow-list, two-doors] }

        """;

    public static TheoryData<string, string, string, string> Changes => new()
    {
        { "GET,HEAD a.test/v1/**", "GET,HEAD a.test/v1/**\n      - POST b.test/x", "widens",
            "role reader: may POST b.test/x" },
        { "- GET,HEAD a.test/v1/**\n", "- GET,HEAD a.test/v1/x\n", "widens", "role reader: may GET,HEAD a.test/v1/x" },
        { "      - { rule: POST a.test/search, class: effect }\n", "", "narrows",
            "role reader: may no longer POST a.test/search, as an effect" },
        { "search, class: effect", "search, class: read", "may widen",
            "role reader: may POST a.test/search, as a read; it was as an effect" },
        { "POST a.test/search, class: effect", "POST a.test/search", "may widen",
            "role reader: may POST a.test/search; it was as an effect" },
        { "      - a.test/v1/private/**\n", "      - a.test/v1/private/**\n      - a.test/v1/dm/**\n", "narrows",
            "role reader: is denied a.test/v1/dm/**" },
        { "- a.test/v1/private/**\n", "- a.test/v1/private/x\n", "widens",
            "role reader: is no longer denied a.test/v1/private/**" },
        { "owner: ada }\n", "owner: ada }\n  other: { role: reader, owner: ada }\n", "widens",
            "agent other: is new, with the role reader" },
        { "owner: ada", "owner: bob", "may widen", "agent research: belongs to bob instead of ada" },
        { "labels: [untrusted]", "labels: []", "widens", "source of a.test: no longer brings untrusted" },
        { "labels: [untrusted]", "labels: [untrusted, social]", "narrows", "source of a.test: brings social" },
        { "labels: [untrusted]", "labels: [untrusted], carries: false", "widens",
            "source of a.test: no longer carries the labels of what runs write there" },
        { "labels: [untrusted]", "labels: [untrusted], paths: { \"/hr/**\": [confidential] }", "may widen",
            "source of a.test/hr/**: brings confidential" },
        { "labels: [untrusted]", "labels: [untrusted], senders: { path: /m, messages: \"/*\", from: /f, text: /t, "
            + "people: { U1: ada } }", "widens",
            "source of a.test: takes messages for a person's own words: U1 (ada)" },
        { "  a: { hosts", "  z: { hosts", "may widen", "source of a.test: is z instead of a" },
        { "hosts: [a.test]", "hosts: [a.test, b.test]", "may widen", "source of b.test: is dialled at 127.0.0.1:9, "
            + "and was at what its name resolves to" },
        { "127.0.0.1:9", "127.0.0.1:8", "may widen", "source of a.test: is dialled at 127.0.0.1:8, "
            + "and was at 127.0.0.1:9" },
        { "[allow-list, two-doors]", "[allow-list]", "widens",
            "policy two-doors (two-doors.cedar:3): is gone; it was a forbid" },
        { "[allow-list, two-doors]", "[allow-list, two-doors, read-only]", "narrows",
            "policy read-only (read-only.cedar:2): is a new forbid" },
        { "proxy: none", "proxy: 127.0.0.1:3128", "widens",
            "listen: the proxy listener on nothing moves to 127.0.0.1:3128 (needs a restart)" },
        { "reads: synced", "reads: written", "widens",
            "ledger: reads no longer wait until their entry survives a power cut (needs a restart)" },
        { "reads: synced", "reads: synced, reserve: 1MiB", "widens",
            "ledger: 1MiB of the disk are kept for the node, and were 128MiB" },
        { "reads: synced", "reads: synced, quotas: { role:reader: none }", "widens",
            "agent research: may fill any part of the ledger, and might 1GiB per hour" },
        { "reads: synced", "reads: synced, index: 50000", "changes",
            "ledger: the index keeps 50000 entries, and kept 10000000 entries" },
        { "reads: synced", "reads: synced, index: all", "changes",
            "ledger: the index keeps all entries, and kept 10000000 entries" },
        { "reads: synced", "reads: synced, quotas: { each: 1MiB per hour }", "narrows",
            "ledger: who has no run may fill 1MiB per hour of the ledger, and might 1GiB per hour" },
        { "second-person: widening", "second-person: never", "widens",
            "changes: a second person is asked never, and was before what widens" },
        { "second-person: widening", "second-person: always", "narrows",
            "changes: a second person is asked always, and was before what widens" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_is_told_in_words_with_what_it_does(string old, string now, string word, string said)
    {
        var changes = Diff(Base, Replaced(old, now));
        Assert.Contains($"{word}: {said}", changes.Select(change => change.ToString()), StringComparer.Ordinal);
    }

    // What a rollback past them takes away stands in the plan, in words.
    [Fact]
    public void Operators_and_their_keys_are_told_by_name()
    {
        const string Keyless = "operators: { alice: { uids: [1000] }, bob: { uids: [1001] } }\n";
        var keyed = Keyless.Replace("1000]", "1000], key: alice.pub", StringComparison.Ordinal);
        const string Unsigned = "widens: operators: no operator has a key any more: "
            + "apply, thaw, approvals and the like no longer ask for a signature";
        Assert.Equal(
            [
                Unsigned, "may widen: operator alice: is gone, and their key with them",
                "may widen: operator bob: is gone", "may widen: operators: is written otherwise",
            ],
            Diff(Base + keyed, Base).Select(change => change.ToString()), StringComparer.Ordinal);
        Assert.Equal(
            [
                Unsigned, "may widen: operator alice: has no key any more: nothing that they do is signed",
                "may widen: operators: is written otherwise",
            ],
            Diff(Base + keyed, Base + Keyless).Select(change => change.ToString()), StringComparer.Ordinal);
        Assert.Contains(
            "may widen: operator alice: has a key",
            Diff(Base + Keyless, Base + keyed).Select(change => change.ToString()), StringComparer.Ordinal);
        Assert.Contains(
            "may widen: operator bob: is new, without a key",
            Diff(Base, Base + keyed).Select(change => change.ToString()), StringComparer.Ordinal);
    }

    [Fact]
    public void The_same_in_another_layout_is_no_change() => Assert.Empty(Diff(
        Base, "# a comment\n" + Replaced("{ role: reader, owner: ada }", "{ owner: ada, role: reader }")));

    [Fact]
    public void An_agent_that_goes_only_narrows()
    {
        var two = Replaced("owner: ada }\n", "owner: ada }\n  other: { role: reader, owner: ada }\n");
        var changes = Diff(two, Base);
        Assert.Equal("narrows: agent other: is gone; its open runs end", Assert.Single(changes).ToString());
    }

    // What the narrower rule named is from here on what the wider one says: another class, or paths on which servers
    // disagree.
    [Theory]
    [InlineData("{ rule: POST a.test/search, class: effect }", "{ rule: POST a.test/**, class: read }")]
    [InlineData("GET a.test/v1/x", "a.test")]
    [InlineData("b.test/**", "{ rule: b.test, mode: tunnel }")]
    public void A_rule_that_goes_before_a_wider_one_may_widen(string narrow, string wide)
    {
        var after = Replaced("      - GET,HEAD a.test/v1/**\n      - { rule: POST a.test/search, class: effect }\n",
            $"      - {wide}\n");
        var before = after.Replace(
            $"      - {wide}\n", $"      - {narrow}\n      - {wide}\n", StringComparison.Ordinal);
        Assert.Contains(Diff(before, after), change => change.Loosens);
    }

    // It does not say "may widen: may no longer".
    [Fact]
    public void A_rule_that_goes_and_leaves_its_place_to_another_is_told_as_that()
    {
        var after = Replaced("      - { rule: POST a.test/search, class: effect }\n", "      - a.test\n");
        var before = after.Replace(
            "      - a.test\n", "      - { rule: POST a.test/search, class: effect }\n      - a.test\n",
            StringComparison.Ordinal);
        var told = Diff(before, after).Single(change => change.Loosens).ToString();
        Assert.Contains("is gone, and what it named is now decided by a.test", told, StringComparison.Ordinal);
        Assert.DoesNotContain("no longer", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_order_of_rules_of_different_classes_may_widen()
    {
        var (one, two) = ("- POST a.test/**", "- { rule: POST a.test/search, class: read }");
        var before = Replaced("- GET,HEAD a.test/v1/**", $"{one}\n      {two}");
        var after = Replaced("- GET,HEAD a.test/v1/**", $"{two}\n      {one}");
        Assert.Contains(Diff(before, after), change => change.Loosens);
    }

    // A policy of one's own may permit by a label: more labels are then not certainly less.
    [Fact]
    public void With_a_policy_of_ones_own_another_label_may_widen()
    {
        const string Own = "policies: { packs: [allow-list, two-doors], files: [own.cedar] }";
        var before = Replaced("policies: { packs: [allow-list, two-doors] }", Own);
        var after = before.Replace("labels: [untrusted]", "labels: [untrusted, social]", StringComparison.Ordinal);
        Assert.Contains(
            "may widen: source of a.test: brings social", Diff(before, after).Select(change => change.ToString()),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("@id(\"x\") forbid (principal, action, resource);", "", "widens: policy x (own.cedar:1): is gone")]
    [InlineData("", "@id(\"x\") permit (principal, action, resource);", "widens: policy x (own.cedar:1): is a new")]
    [InlineData("@id(\"x\") permit (principal, action, resource);", "", "narrows: policy x (own.cedar:1): is gone")]
    [InlineData(
        "@id(\"x\") forbid (principal, action, resource);",
        "@id(\"x\") @hold(\"approval\") forbid (principal, action, resource);",
        "widens: policy x (own.cedar:1): asks a person instead of denying")]
    [InlineData(
        "@id(\"x\") forbid (principal, action, resource);",
        "@id(\"x\") forbid (principal, action, resource) when { resource is Host };",
        "may widen: policy x (own.cedar:1): says something else")]
    public void Policies_are_compared_by_what_they_say(string old, string now, string said)
    {
        var yaml = Replaced("[allow-list, two-doors]", "[allow-list, two-doors], files: [own.cedar]");
        var changes = PerimeterDiff.Of(Compiled(yaml, old), Compiled(yaml, now));
        Assert.StartsWith(said, Assert.Single(changes).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "forbid (principal, action, resource);", "// said\n\n@reason(\"so\") forbid(principal,action,resource);")]
    [InlineData("@id(\"x\") forbid (principal, action, resource);", "@id(\"y\") forbid (principal, action, resource);")]
    public void A_policy_that_moves_or_is_told_otherwise_is_the_same_policy(string old, string now)
    {
        var yaml = Replaced("[allow-list, two-doors]", "[allow-list, two-doors], files: [own.cedar]");
        Assert.Empty(PerimeterDiff.Of(Compiled(yaml, old), Compiled(yaml, now)));
    }

    [Theory]
    [InlineData("", ", shadow: { packs: [allow-list] }", "is asked from now on, and not enforced")]
    [InlineData(", shadow: { packs: [allow-list] }", "", "is not asked any more")]
    [InlineData(
        ", shadow: { packs: [allow-list] }", ", shadow: { packs: [allow-list, read-only] }",
        "says something else; it is not enforced")]
    public void A_shadow_widens_nothing_and_narrows_nothing(string before, string after, string what)
    {
        const string Policies = "policies: { packs: [allow-list, two-doors] }";
        var change = Assert.Single(Diff(Replaced(Policies, With(before)), Replaced(Policies, With(after))));
        Assert.Equal(
            (ChangeDirection.Neutral, "policies.shadow", what), (change.Direction, change.Subject, change.What));
        Assert.Empty(Diff(Replaced(Policies, With(after)), Replaced(Policies, With(after))));

        static string With(string shadow) => $"policies: {{ packs: [allow-list, two-doors]{shadow} }}";
    }

    private static ImmutableArray<PerimeterChange> Diff(string before, string after) =>
        PerimeterDiff.Of(Compiled(before), Compiled(after));

    private static string Replaced(string old, string now)
    {
        Assert.Contains(old, Base, StringComparison.Ordinal);
        return Base.Replace(old, now, StringComparison.Ordinal);
    }

    private static readonly string Key = NewKey();

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private static CompiledPerimeter Compiled(string yaml, string own = "permit (principal, action, resource);")
    {
        using var folder = new ScratchFolder();
        folder.Write("own.cedar", own);
        folder.Write("alice.pub", Key);
        var loaded = folder.Load(yaml);
        Assert.True(loaded.Mistakes.IsEmpty, string.Join('\n', loaded.Lines()));
        return loaded.Compiled!; // no mistake
    }
}
