using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sallyport.Identity;

namespace Sallyport.EndToEnd.Program;

/// <summary>What <c>freeze</c> makes of the answers that the API promises, spoken by a stand-in for the node.</summary>
public sealed class FreezeWarningTests
{
    private const string Answer = """
        {"freezes":[{"id":"f1","scope":"agent:nobody","reason":"x","author":"uid:0","at":"2026-01-31T12:00:00Z"}],
        "channelsCut":0,"entry":"0-1"
        """;

    [Fact]
    public async Task A_warning_follows_the_confirmation_and_the_freeze_stands()
    {
        var ended = await FreezeAsync(Answer + ""","warning":"No agent \u001b[1m'nobody' is known."}""");
        Assert.Equal(0, ended.Exit);
        Assert.StartsWith("frozen f1 (agent:nobody)", ended.Output, StringComparison.Ordinal);
        Assert.StartsWith("warning: No agent \\u{1b}[1m'nobody' is known.", ended.Errors, StringComparison.Ordinal);
        Inert.Check(ended);
    }

    [Fact]
    public async Task With_json_the_warning_is_in_the_answer_and_an_object_on_standard_error()
    {
        var ended = await FreezeAsync(Answer + ""","warning":"No agent 'nobody' is known."}""", "--json");
        Assert.Equal(
            "No agent 'nobody' is known.", JsonElement.Parse(ended.Output).GetProperty("warning").GetString());
        Assert.Equal("freeze.warning", JsonElement.Parse(ended.Errors).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("}")]
    [InlineData(",\"warning\":null}")]
    public async Task Without_a_warning_there_is_nothing_on_standard_error(string end)
    {
        var ended = await FreezeAsync(Answer + end);
        Assert.Equal((0, ""), (ended.Exit, ended.Errors));
        Assert.StartsWith("frozen f1", ended.Output, StringComparison.Ordinal);
    }

    private static async Task<Ended> FreezeAsync(string answer, params string[] more)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        Assert.Null(SocketFolder.Make(site.Sockets));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.ListenUnixSocket(SocketFolder.AdminSocket(site.State)));
        await using var node = builder.Build();
        node.Run(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(answer);
        });
        await node.StartAsync(TestContext.Current.CancellationToken);
        return await site.RunAsync(["freeze", "--agent", "nobody", "x", .. more]);
    }
}
