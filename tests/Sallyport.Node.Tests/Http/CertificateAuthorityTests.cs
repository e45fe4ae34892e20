using System.Security.Cryptography.X509Certificates;
using Sallyport.Http.Tls;
using Sallyport.Limits.Tests;

namespace Sallyport.Http.Tests;

public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(7);
    private readonly string folder = Directory.CreateTempSubdirectory("sallyport-").FullName;
    private readonly ManualTime time = new();

    public CertificateAuthorityTests() => CertificateAuthority.Create(folder, "example.org", time);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Until_the_overlap_ends_the_old_one_issues_and_both_are_given_out()
    {
        using var authority = Open();
        var old = Assert.Single(Given());
        Assert.Null(await RotateAsync(authority, Overlap));
        var both = Given();
        Assert.Equal(2, both.Count);
        Assert.Equal(old.RawData, both[0].RawData);
        Assert.Equal(authority.Next!.From, time.GetUtcNow() + Overlap);
        AssertIssuedBy(authority, both[0]);
        time.Pass(Overlap - TimeSpan.FromSeconds(1));
        AssertIssuedBy(authority, both[0]);
        time.Pass(TimeSpan.FromSeconds(1));
        AssertIssuedBy(authority, both[1]);
    }

    [Fact]
    public async Task A_start_in_the_overlap_goes_on_with_it_and_one_after_it_retires_the_old_one()
    {
        using (var authority = Open())
        {
            await RotateAsync(authority, Overlap);
        }

        var both = Given();
        var key = await File.ReadAllTextAsync(Path.Combine(folder, "ca.key"));
        using (var authority = Open())
        {
            AssertIssuedBy(authority, both[0]);
            Assert.NotNull(authority.Next);
        }

        time.Pass(Overlap);
        using (var authority = Open())
        {
            AssertIssuedBy(authority, both[1]);
            Assert.Null(authority.Next);
        }

        Assert.Equal(both[1].RawData, Assert.Single(Given()).RawData);
        Assert.NotEqual(key, await File.ReadAllTextAsync(Path.Combine(folder, "ca.key")), StringComparer.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "ca.next.*"));
    }

    [Fact]
    public async Task A_start_after_a_stop_between_key_and_certificate_carries_it_through()
    {
        using (var authority = Open())
        {
            await RotateAsync(authority, Overlap);
        }

        var both = Given();
        time.Pass(Overlap);
        File.Move(Path.Combine(folder, "ca.next.key"), Path.Combine(folder, "ca.key"), overwrite: true);
        using var again = Open();
        AssertIssuedBy(again, both[1]);
        Assert.Single(Given());
    }

    [Fact]
    public async Task One_that_is_revoked_issues_nothing_more_and_its_leaves_are_dropped()
    {
        using var authority = Open();
        var leaves = new LeafCertificates(authority, time);
        var old = Assert.Single(Given());
        var before = leaves.For("a.test").TargetCertificate;
        Assert.Same(before, leaves.For("a.test").TargetCertificate);
        Assert.Null(await RotateAsync(authority, TimeSpan.Zero));
        var now = Assert.Single(Given());
        Assert.NotEqual(old.RawData, now.RawData);
        AssertIssuedBy(authority, now);
        Assert.NotSame(before, leaves.For("a.test").TargetCertificate);
        Assert.Equal(1, authority.Generation);
    }

    [Fact]
    public async Task What_cannot_be_recorded_changes_nothing()
    {
        using var authority = Open();
        var old = Assert.Single(Given());
        var fault = await authority.RotateAsync(
            time.GetUtcNow(), (_, _) => Task.FromResult<Fault?>(new Fault("ledger.unavailable", "no", "wait")));
        Assert.Equal("ledger.unavailable", fault?.Code);
        Assert.Equal(old.RawData, Assert.Single(Given()).RawData);
        AssertIssuedBy(authority, old);
        Assert.Null(authority.Next);
    }

    private static void AssertIssuedBy(CertificateAuthority authority, X509Certificate2 issuer)
    {
        using var leaf = authority.Issue("a.test", out _);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(issuer);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = leaf.NotBefore.AddHours(2);
        Assert.True(chain.Build(leaf));
    }

    private Task<Fault?> RotateAsync(CertificateAuthority authority, TimeSpan overlap) =>
        authority.RotateAsync(time.GetUtcNow() + overlap, (_, _) => Task.FromResult<Fault?>(null));

    private X509Certificate2Collection Given()
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(Path.Combine(folder, "ca.pem"));
        return all;
    }

    private CertificateAuthority Open()
    {
        var (authority, fault) = CertificateAuthority.Open(folder, time);
        Assert.Null(fault);
        return authority!;
    }
}
