namespace Sallyport.Range.Tests;

/// <summary>What the test runner gives to a test.</summary>
internal static class Runner
{
    /// <summary>Ends what a test waits for when the run is stopped.</summary>
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
