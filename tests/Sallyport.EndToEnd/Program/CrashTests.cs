using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Sallyport.Ledger;

namespace Sallyport.EndToEnd.Program;

/// <summary>kill -9 in the middle of the work: what anybody was told is in the ledger.</summary>
public sealed partial class CrashTests
{
    private const int Rounds = 20;
    private const int Concurrent = 200;
    private const int Seed = 20;

    [Fact]
    public async Task Twenty_kills_among_200_requests_lose_nothing_that_was_acknowledged()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var random = new Random(Seed);
        var completed = new ConcurrentQueue<string>();
        OpenRun? run = null;
        var (epoch, torn) = (-1L, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var up = await site.UpAsync();
            Assert.True(up.Epoch > epoch, $"round {round}: epoch {epoch} -> {up.Epoch}");
            Assert.Equal(torn > 0, up.Child.Errors.Contains("torn", StringComparison.Ordinal));
            epoch = up.Epoch;
            run ??= await site.OpenRunAsync("worker");
            await RoundAsync(up, run, round, killAfter: random.Next(1, Concurrent), completed);
            torn = await VerifyAsync(site, round);
        }

        var last = await site.UpAsync();
        // opened in the first round
        Assert.Contains(run!.Run, await site.OutputAsync("runs"), StringComparison.Ordinal);
        await last.StopAsync();
        var (decided, observed) = Recorded(site.Ledger);
        var (answered, arrived) = (completed.ToList(), upstream.Arrived.ToList());
        Assert.True(answered.Count >= Rounds, $"only {answered.Count} answers came back: nothing was tested");
        Assert.Empty(answered.Except(decided, StringComparer.Ordinal));
        Assert.Empty(answered.Except(observed, StringComparer.Ordinal));
        Assert.Empty(arrived.Except(decided, StringComparer.Ordinal));
        TestContext.Current.SendDiagnosticMessage(
            $"{answered.Count} answers, {arrived.Count} arrivals, {decided.Count} allowed, {observed.Count} completed");
    }

    // All requests at once; the node is killed when so many have been answered, whatever the others are doing.
    private static async Task RoundAsync(Up up, OpenRun run, int round, int killAfter,
        ConcurrentQueue<string> completed)
    {
        using var client = ProxyClient.Of(up, run);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = 0;
        var asking = Enumerable.Range(0, Concurrent).Select(async number =>
        {
            var method = number % 5 == 0 ? HttpMethod.Post : HttpMethod.Get;
            var path = string.Create(CultureInfo.InvariantCulture, $"/{round}/{number}");
            try
            {
                using var request = new HttpRequestMessage(method, new Uri($"http://tame.example{path}"));
                using var response = await client.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                Assert.StartsWith(path + " ", body, StringComparison.Ordinal);
                Assert.Equal(Upstream.BodyBytes, body.Length);
                completed.Enqueue($"{method} {path}");
                if (Interlocked.Increment(ref answers) == killAfter)
                {
                    enough.TrySetResult();
                }
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException)
            {
                // Its connection died with the node: nobody was told anything whole.
            }
        }).ToList();
        await Task.WhenAny(enough.Task, Task.WhenAll(asking));
        await up.Child.KillAsync();
        await Task.WhenAll(asking);
    }

    private static async Task<long> VerifyAsync(Site site, int round)
    {
        var verify = await site.OutputAsync("ledger", "verify");
        var match = Verified().Match(verify);
        Assert.True(match.Success, $"round {round}: {verify}");
        return match.Groups["torn"].Success ? long.Parse(match.Groups["torn"].Value, CultureInfo.InvariantCulture) : 0;
    }

    private static (HashSet<string> Decided, HashSet<string> Observed) Recorded(LedgerFolder ledger)
    {
        var reader = new LedgerReader(ledger, new LocalDisk(), live: null);
        var (decided, observed) = (new Dictionary<EntryId, string>(), new HashSet<string>(StringComparer.Ordinal));
        for (var from = 0L; ; from += LedgerReader.EntriesMax)
        {
            Assert.True(reader.TryRead(from, LedgerReader.EntriesMax, out var entries, out var fault), fault?.Detail);
            foreach (var recorded in entries)
            {
                if (recorded.Entry is LedgerEntry.Decided { Verdict: "allow" } allowed)
                {
                    decided[recorded.Id] = $"{allowed.Method} {new Uri(allowed.Target).PathAndQuery}";
                }
                else if (recorded.Entry is LedgerEntry.Observed { End: "complete" } seen)
                {
                    observed.Add(decided[seen.Decision]);
                }
            }

            if (entries.Count < LedgerReader.EntriesMax)
            {
                return ([.. decided.Values], observed);
            }
        }
    }

    [Fact]
    public async Task A_torn_last_entry_is_cut_and_said_so_at_the_next_start()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var first = await site.UpAsync();
        await site.OpenRunAsync("worker");
        await first.Child.KillAsync();
        var segment = Directory.EnumerateFiles(site.Ledger.Segments, "*.entries").Single();
        await File.AppendAllBytesAsync(segment, [0x02, 0x00, .. "{\"format\":0,\"epoch\":0,\"pos"u8]);

        Assert.Contains("28 bytes of a torn entry", await site.OutputAsync("ledger", "verify"),
            StringComparison.Ordinal);
        var up = await site.UpAsync();
        Assert.Equal(first.Epoch + 1, up.Epoch);
        Assert.Contains("28 bytes of a torn entry", up.Child.Errors, StringComparison.Ordinal);
        Assert.Contains("cut 28 bytes", await site.OutputAsync("status"), StringComparison.Ordinal);
        Assert.Equal(28, (await site.LogAsync("--kind", "node-start"))[^1].GetProperty("tornBytesCut").GetInt64());
        Assert.Equal(3, (await site.LogAsync()).Count);
        await up.StopAsync();
        Assert.StartsWith("4 entries, all whole; ", await site.OutputAsync("ledger", "verify"),
            StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^\d+ entries, all whole; \d+ of them signed as \S+$"
            + @"(\n\d+ entries .+$)*"
            + @"(\n(?<torn>\d+) bytes of a torn entry follow, which the next start will cut$)?",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Verified();
}
