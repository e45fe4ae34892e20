using Sallyport.Identity;

namespace Sallyport.Ledger.Tests;

public sealed class SecretAddressesTests
{
    private static readonly KeyedDigest Digest = new(new byte[KeyedDigest.KeyLength]);
    private static readonly LedgerEntry.Observed Observed = (LedgerEntry.Observed)Examples.ByName["observation"];
    private static readonly LedgerEntry.LabelsJoined Joined = (LedgerEntry.LabelsJoined)Examples.ByName["labels"];

    // printf text | openssl dgst -sha256 -mac HMAC -macopt hexkey:00...00
    [Fact]
    public void A_name_is_the_HMAC_of_the_text() => Assert.Equal(
        "hmac-sha256:0611b704abab473f956257a09cc2fc2c867211d077bdffc5a91bd8a5047826ff", Digest.Of("text"));

    [Theory]
    [InlineData("https://a.test/", "https://a.test/")]
    [InlineData("a.test:443", "a.test:443")]
    [InlineData("https://a.test:8443/x?y=z", "https://a.test:8443/[secret hmac-sha256:")]
    [InlineData("https://a.test/x", "https://a.test/[secret hmac-sha256:")]
    public void Of_an_address_its_host_stays(string target, string told)
    {
        Assert.StartsWith(told, Digest.AddressOf(target), StringComparison.Ordinal);
        Assert.Equal(Digest.AddressOf(target), Digest.AddressOf(Digest.AddressOf(target)));
    }

    [Fact]
    public void What_follows_a_decision_is_told_by_name_from_the_join_on_and_of_that_run_alone()
    {
        var secrets = new SecretAddresses(Digest);
        Assert.Same(Observed, secrets.Told(Observed));
        secrets.Told(Joined with { Labels = Examples.Labels("confidential", "untrusted") });
        Assert.Same(Observed, secrets.Told(Observed));
        secrets.Told(Joined with { Labels = Examples.Labels("secret") });
        var told = (LedgerEntry.Observed)secrets.Told(Observed);
        Assert.Equal(Digest.AddressOf(Observed.Target), told.Target);
        Assert.Equal(Observed, told with { Target = Observed.Target });
        var other = Observed with
        {
            Run = RunId.TryParse("01jd3k5m7n9p1q3r5s7t9v1w3y", out var run) ? run : throw new FormatException(),
        };
        Assert.Same(other, secrets.Told(other));
    }

    [Fact]
    public void Every_kind_that_names_an_address_or_a_place_of_a_run_tells_it_by_name()
    {
        var secrets = new SecretAddresses(Digest);
        secrets.Note(Joined with { Labels = Examples.Labels("secret") });
        foreach (var name in (string[])["observation", "cut", "hold", "endorsement", "place"])
        {
            var entry = Examples.ByName[name] is LedgerEntry.ChannelCut cut
                ? cut with { Target = Observed.Target } : Examples.ByName[name];
            var (before, after) = (Examples.Bytes(entry), Examples.Bytes(secrets.Told(entry)));
            Assert.True(!before.AsSpan().SequenceEqual(after), name);
            Assert.True(EntryBytes.TryRead(after, out var read, out _));
            var target = EntryFacets.Of(read.Entry).Target;
            Assert.True(target is null || target.Contains(KeyedDigest.Mark, StringComparison.Ordinal), target);
        }

        var noted = (LedgerEntry.InstructionNoted)Examples.ByName["instruction"];
        Assert.Equal(
            Digest.Within(noted.Path), ((LedgerEntry.InstructionNoted)secrets.Told(noted)).Path);
        Assert.Equal("/", ((LedgerEntry.PlaceLabelled)secrets.Told(Examples.ByName["place"])).Path);
    }
}
