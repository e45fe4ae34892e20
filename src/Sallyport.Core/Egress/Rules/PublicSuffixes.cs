using System.Collections.Frozen;

namespace Sallyport.Egress;

/// <summary>Names under which strangers register: <c>*.</c> in front of one would allow anybody.</summary>
/// <remarks>Every single label counts. Of the others this holds ones that people meet, most of them from
/// publicsuffix.org; it is not the
/// whole list, which is too large to embed and changes weekly. What is missing here is a wildcard that is too wide, not
/// a hole
/// in the default: it is still the operator's own line.</remarks>
internal static class PublicSuffixes
{
    private static readonly FrozenSet<string> Known = new[]
    {
        // Registries below a country.
        "ac.uk", "co.uk", "gov.uk", "ltd.uk", "me.uk", "net.uk", "org.uk", "plc.uk", "com.au", "edu.au", "gov.au",
        "net.au", "org.au", "id.au", "co.nz", "net.nz", "org.nz", "govt.nz", "ac.jp", "co.jp", "go.jp", "ne.jp",
        "or.jp", "co.kr", "or.kr", "com.cn", "net.cn", "org.cn", "com.hk", "com.tw", "com.sg", "com.my", "co.in",
        "net.in", "org.in", "co.id", "co.th", "com.ph", "com.vn", "com.pk", "co.za", "org.za", "com.ng", "co.ke",
        "com.eg", "com.br", "net.br", "org.br", "com.ar", "com.mx", "com.co", "com.pe", "com.tr", "com.ua", "com.pl",
        "com.pt", "com.es", "co.at", "co.il", "com.sa", "com.ru", "uk.com", "us.com", "eu.com",

        // Hosting where anybody gets a name.
        "github.io", "githubusercontent.com", "gitlab.io", "bitbucket.io", "codeberg.page", "pages.dev",
        "workers.dev", "r2.dev", "trycloudflare.com", "vercel.app", "now.sh", "netlify.app", "herokuapp.com",
        "fly.dev", "onrender.com", "railway.app", "up.railway.app", "deno.dev", "surge.sh", "glitch.me", "replit.dev",
        "repl.co", "appspot.com", "run.app", "web.app", "firebaseapp.com", "cloudfunctions.net",
        "storage.googleapis.com", "blogspot.com", "amazonaws.com", "s3.amazonaws.com", "cloudfront.net",
        "elasticbeanstalk.com", "awsapprunner.com", "on.aws", "azurewebsites.net", "azureedge.net",
        "azurestaticapps.net", "cloudapp.net", "cloudapp.azure.com", "core.windows.net", "blob.core.windows.net",
        "web.core.windows.net", "trafficmanager.net", "digitaloceanspaces.com", "ondigitalocean.app",
        "oraclecloud.com", "linodeobjects.com", "backblazeb2.com", "hf.space", "streamlit.app", "supabase.co",
        "wordpress.com", "wixsite.com", "weebly.com", "myshopify.com", "notion.site", "webflow.io", "framer.app",
        "lovable.app",

        // Tunnels and names that hold an address.
        "ngrok.io", "ngrok.app", "ngrok.dev", "ngrok-free.app", "ngrok-free.dev", "loca.lt", "serveo.net", "ts.net",
        "nip.io", "sslip.io", "xip.io", "localtest.me", "duckdns.org", "no-ip.org", "ddns.net", "dyndns.org",
        "hopto.org", "oast.fun", "oast.live", "oast.me", "oast.pro", "oast.site", "interact.sh", "requestbin.net",
        "pipedream.net",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(HostName name) =>
        !name.Text.Contains('.', StringComparison.Ordinal) || Known.Contains(name.Text);
}
