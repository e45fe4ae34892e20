using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary><c>sallyport run</c>: the command's way out is the gate, and the run ends with the command.</summary>
public sealed class RunTests : IAsyncLifetime
{
    private Upstream upstream = null!; // set before each test
    private Site site = null!; // likewise
    private Up up = null!; // likewise

    // Where the node's sockets are, for whom it has dropped the rest of its environment.
    private static string Kept =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } folder
            ? $"XDG_RUNTIME_DIR={folder}"
            : "";

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
            "NODE_EXTRA_CA_CERTS", "NIX_SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "HTTPLIB2_CA_CERTS",
            "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE"])
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
        var script = Path.Combine(site.Folder, "script");
        await File.WriteAllTextAsync(script, "echo ran");
        File.SetUnixFileMode(script, UnixFileMode.UserRead);
        foreach (var (command, exit, said) in ((string, int, string)[])[
            ("no-such-command-anywhere", 127, "command not found: no-such-command-anywhere (run.not-found)"),
            ("./no-such-command", 127, "command not found: ./no-such-command"), ("", 127, "command not found"),
            ("./script", 126, "command not executable: ./script"), (site.Folder, 126, "it is a folder")])
        {
            var ended = await site.RunAsync("run", "--agent", "worker", "--", command);
            Assert.True(ended.Exit == exit, ended.ToString());
            Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("An error occurred", ended.Errors, StringComparison.Ordinal);
            Inert.Check(ended);
            var end = (await site.LogAsync("--kind", "run-end", "-n", "1"))[0];
            Assert.Equal("not-started", end.GetProperty("reason").GetString());
            Assert.Equal(exit, end.GetProperty("exitCode").GetInt32());
        }

        Assert.Contains(
            "ends: not started: command not found (exit code 127)", await site.OutputAsync("log", "--kind", "run-end"),
            StringComparison.Ordinal);
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
    }

    [Fact]
    public async Task A_command_is_looked_for_in_PATH_and_never_in_the_working_directory()
    {
        // What an agent has written there must not run in the place of a system's program.
        var planted = Path.Combine(site.Folder, "uname");
        await File.WriteAllTextAsync(planted, "#!/bin/sh\necho planted\n");
        File.SetUnixFileMode(planted, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var ended = await site.RunAsync("run", "--quiet", "--agent", "worker", "--", "uname");
        Assert.True(ended.Exit == 0, ended.ToString());
        Assert.DoesNotContain("planted", ended.Output, StringComparison.Ordinal);
        Assert.Equal("planted\n", await site.OutputAsync("run", "--quiet", "--agent", "worker", "--", "./uname"));
    }

    [Fact]
    public async Task A_run_that_is_ended_by_hand_is_not_recorded_as_exited()
    {
        var run = await site.OpenRunAsync("worker");
        await site.OutputAsync("runs", "end", run.Run);
        var end = Assert.Single(await site.LogAsync("--kind", "run-end"));
        Assert.Equal("ended", end.GetProperty("reason").GetString());
        Assert.EndsWith(
            $"worker ends: ended  run {run.Run}\n",
            await site.OutputAsync("log", "--kind", "run-end"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_stops_under_a_run_is_told_with_what_it_means_and_the_mend()
    {
        var run = site.Start("run", "--quiet", "--agent", "worker", "--", "sh", "-c", "echo ready; read line; exit 5");
        Assert.Equal("ready", await run.LineAsync());
        await up.StopAsync();
        await run.Input.WriteAsync("go\n");
        var ended = await run.EndAsync();
        Assert.Equal(5, ended.Exit);
        Assert.Contains("(run.node-gone)", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("the command had no way out", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("sallyport up", ended.Errors, StringComparison.Ordinal);

        // As it says: the next start records the end.
        await site.UpAsync();
        var end = Assert.Single(await site.LogAsync("--kind", "run-end"));
        Assert.Equal("owner-gone", end.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_run_that_is_ended_under_its_command_is_told()
    {
        var run = site.Start(
            "run", "--quiet", "--agent", "worker", "--", "sh", "-c", "echo $SALLYPORT_RUN; read line; exit 5");
        await site.OutputAsync("runs", "end", await run.LineAsync());
        await run.Input.WriteAsync("go\n");
        var ended = await run.EndAsync();
        Assert.Equal(5, ended.Exit);
        Assert.Contains("(run.ended)", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("sallyport log --run", ended.Errors, StringComparison.Ordinal);
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
    public async Task The_verb_stays_through_a_second_Ctrl_C_until_the_command_ends()
    {
        // A group of its own, so that it can be interrupted as a terminal does it: everybody in it, at once.
        var run = site.Start(
            "/usr/bin/setsid",
            ["env", "--default-signal=INT", Site.Program, "run", "--quiet", "--agent", "worker", "--", "sh", "-c",
                "n=0; trap 'n=$((n+1)); echo interrupted $n' INT; echo ready; while [ $n -lt 2 ]; do sleep 0.02; done; "
                + "read line; echo \"went on: $line\"; exit 3"]);
        Assert.Equal("ready", await run.LineAsync());
        foreach (var time in (int[])[1, 2])
        {
            run.SignalGroup(Child.SigInt);
            Assert.Equal($"interrupted {time}", await run.LineAsync());
        }

        Assert.NotEqual("[]\n", await site.OutputAsync("runs", "--json"));
        await run.Input.WriteAsync("still here\n");
        Assert.Equal("went on: still here", await run.LineAsync());
        Assert.Equal(3, (await run.EndAsync()).Exit);
        Assert.Equal(3, Assert.Single(await site.LogAsync("--kind", "run-end")).GetProperty("exitCode").GetInt32());
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
            $"env -i {Kept} SALLYPORT runs",
        ];
        foreach (var command in commands)
        {
            await RefusedInShellAsync(command);
        }

        // An exec leaves no parent with the mark: the owner of the run is all that tells.
        await RefusedInsideAsync("env", "-u", "SALLYPORT_RUN", Site.Program, "thaw", "--all");
        await RefusedInsideAsync("bash", "-c", $"exec env -i {Kept} {Site.Program} thaw --all");
        await RefusedInsideAsync("bash", "-c", $"exec env -i {Kept} {Site.Program} run --agent other -- true");

        Assert.Contains("stays", await site.OutputAsync("freeze", "list"), StringComparison.Ordinal);
    }

    private async Task RefusedInShellAsync(string command)
    {
        var line = command.Replace("SALLYPORT ", $"{Site.Program} ", StringComparison.Ordinal);
        var ended = await site.RunAsync("run", "--agent", "worker", "--", "sh", "-c", $"{line}; echo \"exit $?\"");
        Assert.Equal("exit 1\n", ended.Output);
        Assert.Contains("(api.inside-run)", ended.Errors, StringComparison.Ordinal);
    }

    private async Task RefusedInsideAsync(params string[] command)
    {
        var ended = await site.RunAsync(["run", "--agent", "worker", "--", .. command]);
        Assert.True(ended.Exit == 1, ended.ToString());
        Assert.Contains("may not speak to the node", ended.Errors, StringComparison.Ordinal);
    }
}
