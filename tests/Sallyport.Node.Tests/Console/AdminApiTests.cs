using System.Text.Json;

namespace Sallyport.Console.Tests;

/// <summary>What the API makes of requests that are wrong: a no with code, detail and mend, whatever is sent.</summary>
public sealed class AdminApiTests
{
    private const string NoRun = "01m81zq4w1e9btr6gdm70dggnp";
    private const string Digest =
        "\"commandDigest\":\"0000000000000000000000000000000000000000000000000000000000000000\"";

    public static TheoryData<string, string, string?, int, string> Refused => new()
    {
        // Bodies: not JSON, cut, of another shape, with a member too many, one missing, none at all.
        { "POST", "runs", "not json", 400, "api.request" },
        { "POST", "runs", "{\"agent\":", 400, "api.request" },
        { "POST", "runs", "[]", 400, "api.request" },
        { "POST", "runs", "{\"agent\":\"research\",\"program\":\"x\"," + Digest + ",\"more\":1}", 400, "api.request" },
        { "POST", "runs", "{\"agent\":\"research\"}", 400, "api.request" },
        { "POST", "freezes", "{\"Scope\":\"all\",\"reason\":\"x\"}", 400, "api.request" },
        { "POST", "freezes", "{\"scope\":\"all\",\"SCOPE\":\"all\",\"reason\":\"x\"}", 400, "api.request" },
        { "POST", "freezes", null, 404, "api.unknown" },
        { "POST", "freezes", "{\"scope\":\"all\",\"reason\":7}", 400, "api.request" },

        // Values.
        { "POST", "runs", "{\"agent\":\"No Name\",\"program\":\"x\"," + Digest + "}", 400, "identity.agent-name" },
        {
            "POST", "runs",
            "{\"agent\":\"stranger\",\"program\":\"x\"," + Digest + ",\"brief\":\"" + new string('a', 1 << 18) + "\"}",
            403, "identity.agent-unknown"
        },
        {
            "POST", "runs",
            "{\"agent\":\"stranger\",\"program\":\"x\"," + Digest + ",\"brief\":\"" + new string('a', (1 << 18) + 1)
                + "\"}",
            400, "identity.brief"
        },
        {
            "POST", "freezes", "{\"scope\":\"all\",\"reason\":\"" + new string('a', 1 << 16) + "\"}", 413,
            "api.request"
        },
        {
            "POST", "runs/" + NoRun + "/instructions", "{\"path\":\"/a\",\"before\":\"\",\"after\":\"\"}", 404,
            "identity.run-unknown"
        },
        { "POST", "runs/" + NoRun + "/instructions", "{\"path\":\"/a\",\"before\":\"\"}", 400, "api.request" },
        { "GET", "instructions?limit=0", null, 400, "api.query" },
        { "POST", "runs", "{\"agent\":\"stranger\",\"program\":\"x\"," + Digest + "}", 403, "identity.agent-unknown" },
        { "POST", "freezes", "{\"scope\":\"some\",\"reason\":\"x\"}", 400, "freeze.scope" },
        { "POST", "freezes", "{\"scope\":\"run:nosuch\",\"reason\":\"x\"}", 400, "freeze.scope" },
        { "POST", "freezes", "{\"scope\":\"all\",\"reason\":\" \"}", 400, "freeze.reason" },
        { "DELETE", "freezes/f99", null, 404, "freeze.unknown" },
        { "DELETE", "runs/" + NoRun, null, 404, "identity.run-unknown" },
        { "DELETE", "runs/not-a-run", null, 404, "identity.run-unknown" },
        { "DELETE", "runs/" + NoRun + "?exitCode=many", null, 400, "api.request" },

        // Queries of the log.
        { "GET", "log?verdict=bogus", null, 400, "api.query" },
        { "GET", "log?kind=joke", null, 400, "api.query" },
        { "GET", "log?agent=No%20Name", null, 400, "api.query" },
        { "GET", "log?run=7", null, 400, "api.query" },
        { "GET", "log?label=A%20B", null, 400, "api.query" },
        { "GET", "log?since=yesterday", null, 400, "api.query" },
        { "GET", "log?since=2147483647h", null, 400, "api.query" },
        { "GET", "log?until=2026-13-01", null, 400, "api.query" },
        { "GET", "log?verdict=hold", null, 400, "api.query" },
        { "GET", "log?since=1h&until=2h", null, 400, "api.query" },
        { "GET", "log?since=2026-02-01T00:00:00Z&until=2026-01-31T00:00:00Z", null, 400, "api.query" },
        { "GET", "log?after=1-42&before=1-42", null, 400, "api.query" },
        { "GET", "log?follow=true&until=2026-01-31T00:00:00Z", null, 400, "api.query" },
        { "GET", "log?follow=true&before=1-42", null, 400, "api.query" },
        { "GET", "log?host=", null, 400, "api.query" },
        { "GET", "log?host=" + new string('h', 254), null, 400, "api.query" },
        { "GET", "log?host=a%20b", null, 400, "api.query" },
        { "GET", "log?digest=abcdef0", null, 400, "api.query" },
        { "GET", "log?digest=abcdefgh", null, 400, "api.query" },
        { "GET", "log?digest=" + new string('a', 65), null, 400, "api.query" },
        { "GET", "log?text=", null, 400, "api.query" },
        { "GET", "log?text=%2F%22*%27", null, 400, "api.query" },
        { "GET", "log?text=" + new string('a', 257), null, 400, "api.query" },
        { "GET", "log?text=a+b+c+d+e+f+g+h+i", null, 400, "api.query" },
        { "GET", "log?before=42", null, 400, "api.query" },
        { "GET", "log?before=1-42%20OR%201", null, 400, "api.query" },
        { "GET", "log?after=1-9999999999999999999", null, 400, "api.query" },
        { "GET", "log?after=../1-2", null, 400, "api.query" },
        { "GET", "log?limit=0", null, 400, "api.query" },
        { "GET", "log?limit=1001", null, 400, "api.query" },
        { "GET", "log?limit=abc", null, 400, "api.request" },
        { "GET", "log?follow=perhaps", null, 400, "api.request" },
        { "GET", "why/1", null, 400, "ledger.id" },
        { "GET", "why/0-4711", null, 404, "ledger.no-decision" },
        { "GET", "why/0-0?limit=0", null, 400, "api.query" },
        { "GET", "why/0-0?limit=1001", null, 400, "api.query" },

        // Places.
        { "GET", "nonsense", null, 404, "api.unknown" },
        { "PUT", "runs", "{}", 404, "api.unknown" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_wrong_is_answered_with_problem_details(
        string method, string path, string? body, int status, string code)
    {
        await using var stage = await AdminStage.StartAsync();
        var answer = await stage.AskAsync(method, path, body);
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Text}");
        Assert.Equal("application/problem+json", answer.Type);
        var problem = JsonElement.Parse(answer.Text);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal($"urn:sallyport:{code}", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("detail").GetString()));
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("mend").GetString()));
        Assert.DoesNotContain("System.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_another_media_type_or_too_long_a_one_is_refused_in_the_same_form()
    {
        await using var stage = await AdminStage.StartAsync();
        var typed = await stage.AskAsync("POST", "freezes", "scope=all", "text/plain");
        Assert.Equal(404, typed.Status);
        Assert.Equal("application/problem+json", typed.Type);
        var length = await stage.AskAsync("POST", "freezes", new string(' ', 100_000));
        Assert.Equal(413, length.Status);
        Assert.Equal("application/problem+json", length.Type);
    }

    [Fact]
    public async Task Nothing_that_was_refused_has_changed_anything()
    {
        await using var stage = await AdminStage.StartAsync();
        foreach (var row in Refused)
        {
            await stage.AskAsync(row.Data.Item1, row.Data.Item2, row.Data.Item3);
        }

        Assert.Equal("[]", (await stage.AskAsync("GET", "runs")).Text);
        Assert.Equal("[]", (await stage.AskAsync("GET", "freezes")).Text);
        Assert.Equal("", (await stage.AskAsync("GET", "log")).Text);
    }

    [Fact]
    public async Task A_freeze_that_is_asked_for_rightly_is_in_force_and_in_the_log()
    {
        await using var stage = await AdminStage.StartAsync();
        Assert.Equal(200, (await stage.AskAsync("POST", "freezes", "{\"scope\":\"all\",\"reason\":\"x\"}")).Status);
        Assert.Contains("\"scope\":\"all\"", (await stage.AskAsync("GET", "freezes")).Text, StringComparison.Ordinal);
        var log = await stage.AskAsync("GET", "log?kind=freeze&since=1h&limit=1000");
        Assert.Equal("application/x-ndjson", log.Type);
        Assert.Equal("frozen", JsonElement.Parse(log.Text.TrimEnd()).GetProperty("change").GetString());
    }
}
