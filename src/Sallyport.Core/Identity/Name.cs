using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Identity;

/// <summary>The form that names of agents, roles and sources share: a lower-case DNS label (RFC 1035, 2.3.1).</summary>
public static class Name
{
    /// <summary>Longest name, in characters.</summary>
    public const int LengthMax = 63;

    /// <summary>What a name looks like, for messages.</summary>
    public const string Form = "1 to 63 of a-z, 0-9 and '-', beginning with a letter and not ending with '-'";

    /// <summary>Whether <paramref name="text"/> has the form.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length is 0 or > LengthMax || !char.IsAsciiLetterLower(text[0]) || text[^1] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }
}
