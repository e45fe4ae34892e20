using Sallyport.Flow;

namespace Sallyport.Egress;

/// <summary>The one form of a path by which what was written is found again by who reads it.</summary>
/// <remarks>
/// Servers that agree on little else may take <c>/Notes/</c> for <c>/notes</c>: case and a slash at the end say
/// nothing. Where servers would not agree on what a path means, it is the whole source.
/// </remarks>
public static class PlacePath
{
    /// <summary>A longer path stands for the last folder above it that is not.</summary>
    public const int LengthMax = 1024;

    /// <summary>The form of a canonical path without query; empty stands for the whole source.</summary>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path[0] != '/')
        {
            return PlaceMap.Root;
        }

        var form = RequestPath.Normalise(path, out var flaw).ToLowerInvariant().TrimEnd('/');
        if (flaw is not PathFlaw.None)
        {
            return PlaceMap.Root;
        }

        if (form.Length > LengthMax)
        {
            form = form[..form.LastIndexOf('/', LengthMax)];
        }

        return form.Length == 0 ? PlaceMap.Root : form;
    }
}
