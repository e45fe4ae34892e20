namespace Sallyport.Cedar.Generation;

/// <summary>Seeds of property tests. A failure names its seed; SALLYPORT_CEDAR_SEED runs another series.</summary>
internal static class Seeds
{
    public static IEnumerable<int> Of(int count)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("SALLYPORT_CEDAR_SEED"), out var given) ? given : 1;
        return Enumerable.Range(first, count);
    }
}
