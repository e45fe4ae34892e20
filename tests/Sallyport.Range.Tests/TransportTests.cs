using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Range.Certificates;
using Sallyport.Range.Verbs;

namespace Sallyport.Range.Tests;

public sealed class TransportTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Both_http_versions_are_served(string version)
    {
        using var client = range.NewClient(version: Version.Parse(version));
        using var response = await client.GetAsync("posts", Runner.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Version.Parse(version), response.Version);
    }

    [Theory]
    [InlineData("www.moltbook.com")]
    [InlineData("moltbook.com")]
    [InlineData("wiki.corp.example")]
    [InlineData("ledger.corp.example")]
    [InlineData("drop.attacker.example")]
    [InlineData("localhost")]
    public async Task Each_name_has_a_certificate_of_its_own(string name)
    {
        var certificate = await CertificateForAsync(name);

        Assert.True(certificate.MatchesHostname(name));
        Assert.Equal(name == "moltbook.com", certificate.MatchesHostname("moltbook.com"));
        Assert.Equal("CN=Sallyport range test CA", certificate.Issuer);
        Assert.Equal("1.2.840.10045.2.1", certificate.PublicKey.Oid.Value);
    }

    [Fact]
    public async Task A_name_that_is_not_served_gets_the_loopback_certificate()
    {
        var certificate = await CertificateForAsync("bank.example");

        Assert.False(certificate.MatchesHostname("bank.example"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
    }

    [Fact]
    public async Task The_address_itself_can_be_asked()
    {
        using var client = range.NewClient();

        using var response = await client.GetAsync($"https://{range.Server.Listen}/api/v1/stats", Runner.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_plain_listener_serves_the_same_without_tls()
    {
        using var client = range.NewClient();

        using var response = await client.GetAsync("http://www.moltbook.com/api/v1/stats", Runner.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task The_bare_name_redirects_to_www_and_keeps_method_and_query(string method)
    {
        using var client = range.NewClient(key: true);
        using var request = new HttpRequestMessage(
            new HttpMethod(method), "https://moltbook.com/api/v1/posts?limit=3&q=a%20b");
        using var response = await client.SendAsync(request, Runner.Cancellation);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal("https://www.moltbook.com/api/v1/posts?limit=3&q=a%20b", response.Headers.Location?.AbsoluteUri);
    }

    [Fact]
    public void The_state_folder_and_the_key_are_for_the_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes.");
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(range.StateFolder));
            Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(range.StateFolder, TestAuthority.KeyFile)));
        }
    }

    [Fact]
    public void A_later_start_uses_the_same_authority()
    {
        using var again = TestAuthority.Open(range.StateFolder, TimeProvider.System);

        Assert.Equal(
            File.ReadAllText(range.Server.CertificatePath).Trim(), again.Certificate.ExportCertificatePem().Trim());
    }

    [Theory]
    [InlineData("ca.pem")]
    [InlineData("ca.key")]
    public void A_damaged_authority_is_a_fault_with_a_mend(string file)
    {
        var folder = Directory.CreateTempSubdirectory("sallyport-ca-").FullName;
        TestAuthority.Open(folder, TimeProvider.System).Dispose();
        File.WriteAllText(Path.Combine(folder, file), "damaged");

        var fault = Assert.Throws<FaultException>(() => TestAuthority.Open(folder, TimeProvider.System));

        Assert.Equal("range.ca.unusable", fault.Fault.Code);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Half_an_authority_is_made_anew()
    {
        var folder = Directory.CreateTempSubdirectory("sallyport-ca-").FullName;
        TestAuthority.Open(folder, TimeProvider.System).Dispose();
        File.Delete(Path.Combine(folder, TestAuthority.CertificateFile));

        using var authority = TestAuthority.Open(folder, TimeProvider.System);

        using var key = authority.Certificate.GetECDsaPrivateKey();
        Assert.Equal(256, key?.KeySize);
        Assert.Equal(ECCurve.NamedCurves.nistP256.Oid.Value, key?.ExportParameters(false).Curve.Oid.Value);
        Directory.Delete(folder, recursive: true);
    }

    private async Task<X509Certificate2> CertificateForAsync(string name)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(range.Server.Listen, Runner.Cancellation);
        X509Certificate2? seen = null;
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) =>
        {
            seen = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
            return true;
        });
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name }, Runner.Cancellation);
        return seen ?? throw new InvalidOperationException("No certificate came.");
    }
}
