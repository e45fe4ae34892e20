namespace Sallyport.Bench.Reports;

/// <summary>Quartiles of a sample, interpolated (type 7 of Hyndman and Fan 1996, as most programs do).</summary>
internal readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Of any number of values; all zero for none.</summary>
    public static Quartiles Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Quartiles(At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75));
    }

    /// <summary>The quantile of sorted values; 0 for none.</summary>
    public static double At(ReadOnlySpan<double> sorted, double quantile)
    {
        if (sorted.IsEmpty)
        {
            return 0;
        }

        var place = quantile * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
