using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary><c>sallyport run</c>: the command's way out is the gate, and the run ends with the command.</summary>
public sealed class RunTests : IAsyncLifetime
{
    private Upstream upstream = null!; // set before each test
    private Site site = null!; // likewise
    private Up up = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        upstream = await Upstream.StartAsync();
        site = await Site.WithAsync(upstream.Perimeter());
        up = await site.UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        await upstream.DisposeAsync();
    }

    [Fact]
    public async Task The_command_gets_the_proxy_and_the_CA_and_no_way_around_them()
    {
        var run = site.Start(
            Site.Program, ["run", "--quiet", "--agent", "worker", "--", "env"],
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["NO_PROXY"] = "*",
                ["no_proxy"] = "tame.example",
                ["SSLKEYLOGFILE"] = "/tmp/keys",
                ["FTP_PROXY"] = "http://elsewhere:1",
            });
        run.Input.Close();
        var ended = await run.EndAsync();
        Assert.Equal(0, ended.Exit);
        Assert.Equal("", ended.Errors);
        var given = ended.Output.Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var id = given["SALLYPORT_RUN"];
        foreach (var name in (string[])["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY",
            "all_proxy"])
        {
            Assert.Matches($"^http://{id}:[^@]{{40,}}@{up.Proxy}$", given[name]);
        }

        foreach (var name in (string[])["NO_PROXY", "no_proxy", "SSLKEYLOGFILE", "FTP_PROXY", "ftp_proxy"])
        {
            Assert.False(given.ContainsKey(name), name);
        }

        foreach (var name in (string[])["SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE",
            "NODE_EXTRA_CA_CERTS"])
        {
            Assert.Contains(
                await File.ReadAllTextAsync(Path.Combine(site.State, "ca.pem")),
                await File.ReadAllTextAsync(given[name]), StringComparison.Ordinal);
        }

        Assert.Equal(Path.Combine(site.Sockets, id, "proxy.sock"), given["SALLYPORT_SOCKET"]);
        Assert.False(File.Exists(given["SALLYPORT_SOCKET"]), "the run's socket outlived the run");
    }

    [Fact]
    public async Task The_exit_code_of_the_command_is_that_of_the_verb_and_is_recorded()
    {
        foreach (var exit in (int[])[0, 1, 7, 70])
        {
            Assert.Equal(exit, (await site.RunAsync("run", "--agent", "worker", "--", "sh", "-c", $"exit {exit}"))
                .Exit);
        }

        Assert.Equal(137, (await site.RunAsync("run", "--agent", "worker", "--", "sh", "-c", "kill -9 $$")).Exit);
        var ends = await site.LogAsync("--kind", "run-end");
        Assert.Equal([0, 1, 7, 70, 137], ends.Select(entry => entry.GetProperty("exitCode").GetInt32()));
        Assert.All(ends, entry => Assert.Equal("exited", entry.GetProperty("reason").GetString()));
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
    }

    [Fact]
    public async Task Standard_input_output_and_error_are_those_of_the_command()
    {
        var run = site.Start("run", "--quiet", "--agent", "worker", "--", "sh", "-c",
            "read line; echo \"got $line\"; echo aside >&2; cat");
        await run.Input.WriteAsync("one\ntwo\n");
        run.Input.Close();
        var ended = await run.EndAsync();
        Assert.Equal("got one\ntwo\n", ended.Output);
        Assert.Equal("aside\n", ended.Errors);
    }

    [Fact]
    public async Task What_follows_the_two_dashes_is_never_read_as_ours()
    {
        var ended = await site.RunAsync("run", "--quiet", "--agent", "worker", "--", "echo", "--agent", "other",
            "--help", "--", "@file");
        Assert.Equal("--agent other --help -- @file\n", ended.Output);
        Assert.All(await site.LogAsync("--kind", "run-start"), entry =>
            Assert.Equal("worker", entry.GetProperty("agent").GetString()));
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_told_and_its_run_is_ended()
    {
        var ended = await site.RunAsync("run", "--agent", "worker", "--", "no-such-command-anywhere");
        Assert.Equal(2, ended.Exit);
        Assert.Contains("no-such-command-anywhere", ended.Errors, StringComparison.Ordinal);
        Inert.Check(ended);
        Assert.Single(await site.LogAsync("--kind", "run-end"));
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
    }

    [Fact]
    public async Task An_agent_that_nobody_declared_gets_no_run()
    {
        var ended = await site.RunAsync("run", "--agent", "stranger", "--", "touch", "ran");
        Assert.Equal(1, ended.Exit);
        Assert.Contains("identity.agent-unknown", ended.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(site.Folder, "ran")));
    }

    [Fact]
    public async Task A_polite_kill_is_passed_on_and_the_verb_waits_for_the_command()
    {
        var run = site.Start(
            "run", "--quiet", "--agent", "worker", "--", "sh", "-c",
            "trap 'echo asked; exit 9' TERM; echo ready; while :; do sleep 0.05; done");
        Assert.Equal("ready", await run.LineAsync());
        run.Signal(Child.SigTerm);
        var ended = await run.EndAsync();
        Assert.True(ended.Exit == 9, ended.ToString());
        Assert.Equal("asked\n", ended.Output);
        Assert.Equal(9, Assert.Single(await site.LogAsync("--kind", "run-end")).GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task An_interrupt_is_the_commands_own_business()
    {
        // As at a terminal: the whole group is interrupted, and the command goes on if it wants to.
        var run = site.Start(
            "/usr/bin/env",
            ["--default-signal=INT", Site.Program, "run", "--quiet", "--agent", "worker", "--", "sh", "-c",
                "trap 'echo interrupted' INT; echo ready; read line; echo \"went on: $line\""]);
        Assert.Equal("ready", await run.LineAsync());
        run.Signal(Child.SigInt);
        run.Signal(Child.SigInt);
        await run.Input.WriteAsync("still here\n");
        Assert.Equal("went on: still here", await run.LineAsync());
        Assert.Equal(0, (await run.EndAsync()).Exit);
    }

    [Fact]
    public async Task A_run_whose_runner_is_killed_is_swept_away()
    {
        var run = site.Start("run", "--quiet", "--agent", "worker", "--", "sh", "-c",
            "echo $SALLYPORT_RUN; exec sleep 60");
        var id = await run.LineAsync();
        Assert.Contains(id, await site.OutputAsync("runs"), StringComparison.Ordinal);
        run.Signal(Child.SigKill);
        var follow = site.Start("log", "--follow", "--json", "--kind", "run-end");
        var end = JsonElement.Parse(await follow.LineAsync());
        Assert.Equal(id, end.GetProperty("run").GetString());
        Assert.Equal("owner-gone", end.GetProperty("reason").GetString());
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
        Assert.False(Directory.Exists(Path.Combine(site.Sockets, id)));
    }

    [Fact]
    public async Task A_program_inside_a_run_may_not_speak_to_the_node()
    {
        await site.OutputAsync("freeze", "--agent", "other", "stays");
        string[] commands =
        [
            "SALLYPORT thaw --all", "SALLYPORT status", "env -u SALLYPORT_RUN SALLYPORT thaw --all",
            "env -i SALLYPORT runs",
        ];
        foreach (var command in commands)
        {
            await RefusedInsideAsync(command);
        }

        Assert.Contains("stays", await site.OutputAsync("freeze", "list"), StringComparison.Ordinal);
    }

    private async Task RefusedInsideAsync(string command)
    {
        var line = command.Replace("SALLYPORT ", $"{Site.Program} ", StringComparison.Ordinal);
        var ended = await site.RunAsync("run", "--agent", "worker", "--", "sh", "-c", $"{line}; echo \"exit $?\"");
        Assert.Equal("exit 4\n", ended.Output);
        Assert.Contains("No node answers", ended.Errors, StringComparison.Ordinal);
    }
}
