namespace Sallyport.EndToEnd.Stage;

/// <summary>Waits for what happens on other threads, with a patience that no healthy machine needs.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, otherwise());
            await Task.Delay(Step, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string otherwise) => TrueAsync(() => Task.FromResult(condition()), () => otherwise);

    /// <summary>The result of a task that must not take for ever.</summary>
    public static async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(Patience, TimeProvider.System);
}
