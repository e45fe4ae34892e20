using Sallyport.Bench.Reports;

namespace Sallyport.Bench;

/// <summary>One question about speed that a user has, and how it is answered.</summary>
internal interface IBench
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>The question, in one line.</summary>
    string Question { get; }

    /// <summary>Measures. Stops whatever it started, however it ends.</summary>
    /// <exception cref="CannotRunException">Something that it needs is not on this machine.</exception>
    Task<BenchReport> RunAsync(BenchOptions options, CancellationToken cancellation);
}

/// <summary>A bench cannot run at all here; a rival that is absent is not this, but a line in the report.</summary>
internal sealed class CannotRunException(string what, string mend) : Exception(what)
{
    /// <summary>What to do.</summary>
    public string Mend => mend;
}
