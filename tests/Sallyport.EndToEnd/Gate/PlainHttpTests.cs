using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

public sealed class PlainHttpTests(GateStage stage) : IClassFixture<GateStage>
{
    [Fact]
    public async Task A_get_through_the_runs_own_socket_needs_no_token()
    {
        stage.Notes.On("/hello", "hello");
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        Assert.Equal("hello", await http.GetStringAsync("http://notes.test/hello"));
    }
}
