using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Text;
using System.Text.Json;
using Sallyport.Range.Corpus;
using Sallyport.Range.Samples;
using Sallyport.Range.Server;

namespace Sallyport.Range.Verbs;

/// <summary>
/// `sallyport-range up`: serves until stopped. The ready line on stdout is for programs, all else is on stderr.
/// </summary>
internal static class UpCommand
{
    private static readonly Option<string?> CorpusOption = new("--data")
    {
        Description =
            "A folder with moltbook/*.jsonl or *.jsonl.gz. Without it, the samples written for the range are used.",
    };

    private static readonly Option<bool> OrSamplesOption = new("--or-samples")
    {
        Description = "Use the samples, and say so, when the --data folder is absent.",
    };

    private static readonly Option<string> StateOption = new("--state")
    {
        Description = "The folder for the test CA and the receiver's log; made if absent, closed to others.",
        Required = true,
    };

    private static readonly Option<IPEndPoint> ListenOption = new("--listen")
    {
        Description = "Address and port for HTTPS, loopback only; port 0 chooses one.",
        CustomParser = Loopback,
        DefaultValueFactory = static _ => new IPEndPoint(IPAddress.Loopback, 0),
    };

    private static readonly Option<IPEndPoint?> PlainOption = new("--listen-plain")
    {
        Description = "A second address for HTTP without TLS.",
        CustomParser = Loopback,
    };

    private static readonly Option<string[]> SitesOption = new("--sites")
    {
        Description = "More host names, as NAME=KIND; KIND is network, wiki, ledger or collector.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = static _ => [],
    };

    private static readonly Option<string?> ReadyFileOption = new("--ready-file")
    {
        Description = "Also write the ready line to this file.",
    };

    private static readonly Option<bool> UntilStdinOption = new("--until-stdin-closes")
    {
        Description = "Stop when standard input ends, so that a range never outlives the program that started it.",
    };

    private static readonly Option<bool> EnforceOption = new("--enforce-limits")
    {
        Description = "Answer 429 beyond the documented request limits.",
    };

    public static Command Create()
    {
        var command = new Command("up", "Serve the network, the fake company and the instruments over HTTPS.")
        {
            CorpusOption, OrSamplesOption, StateOption, ListenOption, PlainOption, SitesOption, ReadyFileOption,
            UntilStdinOption, EnforceOption,
        };
        command.SetAction(static async (parse, cancellation) => (int)await RunAsync(parse, cancellation));
        return command;
    }

    private static async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        var corpus = await LoadAsync(parse.GetValue(CorpusOption), parse.GetValue(OrSamplesOption), cancellation);
        TellBadLines(corpus);
        var options = new RangeOptions
        {
            StateFolder = parse.GetRequiredValue(StateOption),
            Listen = parse.GetRequiredValue(ListenOption),
            ListenPlain = parse.GetValue(PlainOption),
            Sites = SitesFrom(parse.GetRequiredValue(SitesOption)),
            EnforceLimits = parse.GetValue(EnforceOption),
        };
        await using var server = await RangeServer.StartAsync(options, corpus, TimeProvider.System, cancellation);
        var ready = ReadyLine(server, corpus);
        if (parse.GetValue(ReadyFileOption) is { } file)
        {
            await WriteReadyFileAsync(file, ready, cancellation);
        }

        await Console.Out.WriteLineAsync(ready);
        await WaitAsync(parse.GetValue(UntilStdinOption), cancellation);
        return ExitCode.Yes;
    }

    private static async Task<LoadedCorpus> LoadAsync(string? folder, bool orSamples, CancellationToken cancellation)
    {
        if (folder is null || (orSamples && !Directory.Exists(Path.Combine(folder, "moltbook"))))
        {
            var why = folder is null ? "no --data was given" : $"'{folder}' holds no folder moltbook";
            await Console.Error.WriteLineAsync($"range: {why}: using the samples written for the range");
            return SampleCorpus.Load();
        }

        return await CorpusFolder.LoadAsync(folder, cancellation);
    }

    private static void TellBadLines(LoadedCorpus corpus)
    {
        foreach (var bad in corpus.Report.BadLines)
        {
            Console.Error.WriteLine($"range: skipped {bad}");
        }

        if (corpus.Report.BadCount > corpus.Report.BadLines.Count)
        {
            Console.Error.WriteLine(
                $"range: skipped {corpus.Report.BadCount - corpus.Report.BadLines.Count} more lines");
        }
    }

    private static Dictionary<string, SiteKind> SitesFrom(string[] added)
    {
        var sites = new Dictionary<string, SiteKind>(RangeOptions.DefaultSites, StringComparer.OrdinalIgnoreCase);
        foreach (var site in added)
        {
            var equals = site.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? site : site[..equals];
            SiteKind? kind = equals < 0 ? null : site[(equals + 1)..] switch
            {
                "network" => SiteKind.Network,
                "wiki" => SiteKind.Wiki,
                "ledger" => SiteKind.Ledger,
                "collector" => SiteKind.Collector,
                _ => null,
            };
            if (kind is null || Uri.CheckHostName(name) != UriHostNameType.Dns)
            {
                throw new FaultException(new Fault(
                    "range.site.invalid",
                    $"'{site}' is not a site.",
                    "Write NAME=KIND with a host name and network, wiki, ledger or collector.",
                    ExitCode.Usage));
            }

            sites[name] = kind.Value;
        }

        return sites;
    }

    private static string ReadyLine(RangeServer server, LoadedCorpus corpus)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", true);
            json.WriteString("listen", server.Listen.ToString());
            if (server.ListenPlain is { } plain)
            {
                json.WriteString("listen_plain", plain.ToString());
            }

            json.WriteString("ca", server.CertificatePath);
            json.WriteString("source", corpus.Origin);
            json.WriteNumber("posts", corpus.Network.Posts.Count);
            json.WriteNumber("comments", corpus.Network.Comments.Count);
            json.WriteNumber("files", corpus.Report.Files);
            json.WriteNumber("bad_lines", corpus.Report.BadCount);
            json.WriteNumber("other_kinds", corpus.Report.OtherKinds);
            json.WriteNumber("duplicates", corpus.Report.Duplicates);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Under another name first: whoever waits for the file never reads half of it.</summary>
    private static async Task WriteReadyFileAsync(string file, string ready, CancellationToken cancellation)
    {
        try
        {
            await File.WriteAllTextAsync(file + ".new", ready + "\n", cancellation);
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(new Fault(
                "range.ready-file.unusable",
                $"The ready file '{file}' cannot be written: {exception.Message}",
                "Give --ready-file a path in a folder that you can write to."));
        }
    }

    private static async Task WaitAsync(bool untilStdinCloses, CancellationToken cancellation)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(stopped.SetResult);
        if (untilStdinCloses)
        {
            // A read of standard input cannot be cancelled; it is left behind when the process ends.
            var input = Task.Run(static () => Console.OpenStandardInput().CopyTo(Stream.Null), CancellationToken.None);
            await Task.WhenAny(stopped.Task, input);
            return;
        }

        await stopped.Task;
    }

    private static IPEndPoint? Loopback(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (!IPEndPoint.TryParse(text, out var address) || !text.Contains(':', StringComparison.Ordinal))
        {
            result.AddError($"'{text}' is not an address with a port, such as 127.0.0.1:0.");
            return null;
        }

        if (!IPAddress.IsLoopback(address.Address))
        {
            result.AddError(
                $"'{text}' is not a loopback address: the range serves hostile text and stays on this machine.");
            return null;
        }

        return address;
    }
}
