using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Identity;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>sources</c>: hosts, what reading them brings, and where they are.</summary>
internal sealed class SourceReader(Findings findings, ReadReferencedFile readFile)
{
    private readonly Dictionary<HostPattern, Upstream> upstreams = [];
    private readonly Dictionary<HostPattern, int> lines = [];

    public Sources Read(ConfigNode? node)
    {
        foreach (var (key, value) in Section.Named(node, "sources", findings))
        {
            ReadSource(key, value);
        }

        return new Sources(upstreams);
    }

    /// <summary>Where something that is no source of agents is, read in the same way.</summary>
    public Upstream UpstreamOf(Source source, ConfigNode? address, ConfigNode? ca) =>
        new(source, Address(address), Ca(ca));

    private void ReadSource(ConfigNode.Scalar key, ConfigNode value)
    {
        if (!Name.IsValid(key.Text) || key.Text == Source.Undeclared.Name)
        {
            findings.Add(
                key.Position,
                key.Text == Source.Undeclared.Name
                    ? "The source name 'undeclared' is taken: it stands for every host that no source names"
                    : $"The source name {Quote(key.Text)} is not a name",
                $"Write {Name.Form}");
        }

        var name = $"source {Quote(key.Text)}";
        if (Section.Of(value, name, findings, "hosts", "labels", "address", "ca", "carries", "paths", "senders")
            is not
            { } section)
        {
            return;
        }

        var hosts = section.Required("hosts", "[api.example.org]");
        var labels = LabelReader.Read(section.Required("labels", "[untrusted]"), name, findings);
        var upstream = new Upstream(
            new Source(key.Text, labels) { Carries = Carries(section.Optional("carries"), name) },
            Address(section.Optional("address")),
            Ca(section.Optional("ca")))
        {
            Paths = [.. Paths(section.Optional("paths"), name)],
            Senders = SenderReader.Read(section.Optional("senders"), name, findings),
        };
        var items = Section.Items(hosts, $"hosts of {name}", findings);
        if (hosts is ConfigNode.Sequence { Items.Count: 0 })
        {
            findings.Add(
                hosts.Position, $"hosts of {name} is an empty list", "Name at least one host, or remove the source");
        }

        foreach (var item in items)
        {
            AddHost(item, name, upstream);
        }
    }

    private List<PathLabels> Paths(ConfigNode? node, string name)
    {
        var paths = new List<PathLabels>();
        foreach (var (key, value) in Section.Named(node, $"paths of {name}", findings))
        {
            var labels = LabelReader.Read(value, $"{key.Text} of {name}", findings);
            if (!PathPattern.TryParse(key.Text, out var pattern, out var fault))
            {
                findings.Add(key.Position, fault.Detail, fault.Mend);
            }
            else if (labels.Count == 0)
            {
                findings.Add(
                    value.Position,
                    $"The path {Quote(key.Text)} of {name} brings no label",
                    "A path cannot bring less than its source: name labels, or remove the line");
            }
            else
            {
                paths.Add(new PathLabels(pattern, labels));
            }
        }

        return paths;
    }

    private bool Carries(ConfigNode? node, string name)
    {
        var text = Section.Text(node, $"carries of {name}", findings);
        if (text is null or "true" or "false" || node is null)
        {
            return text is not "false";
        }

        findings.Add(
            node.Position,
            $"carries of {name} is {Quote(text)}",
            "Write false where nobody reads what a run writes there, and leave the line out everywhere else");
        return true;
    }

    private void AddHost(ConfigNode item, string name, Upstream upstream)
    {
        if (Section.Text(item, $"A host of {name}", findings) is not { } text)
        {
            return;
        }

        if (!HostPattern.TryParse(text, out var pattern, out var fault))
        {
            findings.Add(item.Position, fault.Detail, fault.Mend);
        }
        else if (!upstreams.TryAdd(pattern, upstream))
        {
            findings.Add(
                item.Position,
                $"The host {Quote(text)} is written twice; the first is on line {lines[pattern]}, "
                + $"in source '{upstreams[pattern].Source.Name}'",
                "Keep one of them");
        }
        else
        {
            lines.Add(pattern, item.Position.Line);
        }
    }

    private IPEndPoint? Address(ConfigNode? node)
    {
        if (Section.Text(node, "address", findings) is not { } text || node is null)
        {
            return null;
        }

        if (!Endpoint.TryParse(text, out var endpoint) || endpoint.Port == 0)
        {
            findings.Add(
                node.Position,
                $"address is {Quote(text)}",
                "Write an IP address and a port: 127.0.0.1:9443 or [::1]:9443");
            return null;
        }

        if (AddressClass.Of(endpoint.Address) is { Permit: AddressPermit.Never } refused)
        {
            findings.Add(
                node.Position,
                $"address is {Quote(text)}, which is {refused} ({refused.Source}) and never dialled",
                "Name the host's own address");
            return null;
        }

        return endpoint;
    }

    private string? Ca(ConfigNode? node)
    {
        if (Section.Text(node, "ca", findings) is not { } path || node is null)
        {
            return null;
        }

        readFile(path, out var pem, out var fault);
        if (pem is null)
        {
            findings.Add(
                node.Position,
                fault?.Detail ?? $"The file {Quote(path)} cannot be read",
                fault?.Mend ?? "Put it there");
            return null;
        }

        if (PemFlaw(pem) is { } flaw)
        {
            findings.Add(
                node.Position,
                $"The file {Quote(path)} {flaw}",
                "Put the CA's certificates there, in PEM form, and nothing else");
            return null;
        }

        return pem;
    }

    private static string? PemFlaw(string pem)
    {
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return "holds a private key";
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count == 0 ? "holds no certificate in PEM form" : null;
        }
        catch (CryptographicException)
        {
            return "holds a certificate that cannot be read";
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
