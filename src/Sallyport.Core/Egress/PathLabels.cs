using Sallyport.Flow;

namespace Sallyport.Egress;

/// <summary>What reading some paths of a source brings besides what the source does.</summary>
/// <param name="Path">Which paths.</param>
/// <param name="Labels">What they bring.</param>
public sealed record PathLabels(PathPattern Path, LabelSet Labels)
{
    private const int SegmentsMax = RequestPath.SegmentsMax;

    /// <summary>Whether a path is named, however its letters are written.</summary>
    /// <param name="path">In the form of <see cref="PlacePath"/>.</param>
    internal bool Names(string path)
    {
        Span<Range> ranges = stackalloc Range[SegmentsMax];
        var rest = path.AsSpan(1);
        var count = rest.Split(ranges, '/');
        return Path.Matches(rest, ranges[..count], StringComparison.OrdinalIgnoreCase);
    }
}
