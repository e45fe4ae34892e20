using System.Collections;
using System.Collections.Frozen;
using System.Text;
using Sallyport.Console;
using Sallyport.Flow;

namespace Sallyport.Verbs;

/// <summary>What a command finds in its environment of the gate.</summary>
internal static class RunEnvironment
{
    // A proxy or credential of the person's own must not reach the command: it would be a way around.
    private static readonly string[] Cleared =
        ["NO_PROXY", "no_proxy", "FTP_PROXY", "ftp_proxy", "ALL_PROXY", "all_proxy", "SSLKEYLOGFILE"];

    private static readonly string[] ProxyVariables =
        ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

    // Most of these replace the program's own store, so the bundle holds the system's roots too.
    private static readonly string[] BundleVariables =
    [
        "SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE", "CARGO_HTTP_CAINFO", "PIP_CERT",
        "AWS_CA_BUNDLE", "DENO_CERT", "NIX_SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "HTTPLIB2_CA_CERTS",
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    ];

    // Set by systems, logins and shells; what stands in them is nobody's text, and often in other people's.
    private static readonly FrozenSet<string> Ordinary = new[]
    {
        "PATH", "HOME", "PWD", "OLDPWD", "SHELL", "USER", "LOGNAME", "HOSTNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR",
        "TERM", "TERMINFO", "COLORTERM", "TERM_PROGRAM", "LS_COLORS", "LSCOLORS", "MANPATH", "INFOPATH", "DISPLAY",
        "WAYLAND_DISPLAY", "EDITOR", "VISUAL", "PAGER", "LESS", "LESSOPEN", "LESSCLOSE", "MAIL", "SHLVL", "_", "PS1",
        "PS2", "PROMPT_COMMAND", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] OrdinaryPrefixes = ["LC_", "XDG_", "DOTNET_", "SALLYPORT_"];

    /// <summary>Values of our own environment that a command gets, a line each in the order of their names, as many as
    /// the node takes.</summary>
    /// <returns>The lines, and whether there were more.</returns>
    public static (string Values, bool IsCut) Passed()
    {
        var values = new StringBuilder();
        var left = Brief.BytesMax;
        foreach (var (name, value) in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(pair => ((string)pair.Key, pair.Value as string ?? ""))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal)
            .Where(pair => IsPassed(pair.Item1)))
        {
            left -= Encoding.UTF8.GetByteCount(value) + 1;
            if (left < 0)
            {
                return (values.ToString(), true);
            }

            values.Append(value).Append('\n');
        }

        return (values.ToString(), false);
    }

    private static bool IsPassed(string name) =>
        !Ordinary.Contains(name) && !OrdinaryPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
        && !Cleared.Contains(name, StringComparer.Ordinal) && !BundleVariables.Contains(name, StringComparer.Ordinal)
        && !ProxyVariables.Contains(name, StringComparer.Ordinal);

    /// <summary>Makes the environment of a run of what is passed on.</summary>
    public static void Set(IDictionary<string, string?> environment, RunOpened run)
    {
        foreach (var name in Cleared)
        {
            environment.Remove(name);
        }

        environment["SALLYPORT_RUN"] = run.Run;
        environment["SALLYPORT_SOCKET"] = run.Socket;
        environment["NODE_EXTRA_CA_CERTS"] = run.CaFile;
        environment["NODE_USE_ENV_PROXY"] = "1";
        foreach (var name in BundleVariables)
        {
            environment[name] = run.BundleFile;
        }

        if (run.Proxy is { } proxy)
        {
            foreach (var name in ProxyVariables)
            {
                environment[name] = $"http://{run.Run}:{run.Token}@{proxy}";
            }
        }
    }
}
