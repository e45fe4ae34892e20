using System.Text;
using System.Text.Json;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>Looks for secrets in files and texts, in every form in which a program may have written them.</summary>
internal static class SecretScan
{
    /// <summary>A secret's forms: as it is, base64 at each of the three places where it can begin in a group (both
    /// alphabets), hexadecimal, percent-encoded and escaped as JSON escapes.</summary>
    public static IEnumerable<(string Form, byte[] Bytes)> Forms(string secret)
    {
        var raw = Encoding.UTF8.GetBytes(secret);
        yield return ("raw", raw);
        yield return ("utf-16", Encoding.Unicode.GetBytes(secret));
        for (var before = 0; before < 3; before++)
        {
            // Only groups that the secret alone decides: what stands beside it changes the others.
            var skip = before == 0 ? 0 : 3 - before;
            var whole = (raw.Length - skip) / 3 * 3;
            var text = Convert.ToBase64String(raw, skip, whole);
            yield return ($"base64 at {before}", Encoding.ASCII.GetBytes(text));
            yield return ($"base64url at {before}", Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_')));
        }

        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(raw)));
        yield return ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(raw)));
        yield return ("percent", Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret)));
        yield return ("every byte percent",
            Encoding.ASCII.GetBytes(string.Concat(raw.Select(octet => $"%{octet:X2}"))));
        yield return ("JSON", Encoding.ASCII.GetBytes(JsonEncodedText.Encode(secret).ToString()));
        yield return ("JSON, every unit",
            Encoding.ASCII.GetBytes(string.Concat(secret.Select(unit => $"\\u{(int)unit:x4}"))));
    }

    /// <summary>Which secrets are in which of the things, and how.</summary>
    public static IReadOnlyList<string> Find(
        IReadOnlyDictionary<string, string> secrets, IEnumerable<(string Name, byte[] Bytes)> things)
    {
        var forms = secrets.SelectMany(secret => Forms(secret.Value)
            .Select(form => (secret.Key, form.Form, form.Bytes))).ToList();
        return
        [
            .. things.SelectMany(thing => forms
                .Where(form => thing.Bytes.AsSpan().IndexOf(form.Bytes) >= 0)
                .Select(form => $"{form.Key} ({form.Form}) in {thing.Name}")),
        ];
    }
}
