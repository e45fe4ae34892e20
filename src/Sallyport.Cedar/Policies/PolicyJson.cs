using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Json;

namespace Sallyport.Cedar.Policies;

/// <summary>
/// Policies in Cedar's JSON form (EST; Cedar documentation, "JSON policy format"), in both directions, without loss but
/// for layout, comments and positions.
/// </summary>
public static class PolicyJson
{
    /// <summary>Writes one policy or template.</summary>
    public static byte[] Write(PolicyBody body, bool indented = false) =>
        JsonBytes.Build(indented, writer => PolicyWriter.Write(writer, body));

    /// <summary>Writes a set: <c>{"staticPolicies", "templates", "templateLinks"}</c>.</summary>
    public static byte[] Write(PolicySet policies, bool indented = false) =>
        JsonBytes.Build(indented, writer => PolicyWriter.Write(writer, policies));

    /// <summary>Reads one policy or template.</summary>
    public static Parsed<PolicyBody> ParseBody(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        return JsonFault.Guard(utf8, limits.JsonBytesMax, bytes =>
        {
            var reader = new Utf8JsonReader(bytes, PolicyReader.Options(limits));
            ValueReader.Read(ref reader);
            var body = new PolicyReader(limits).ReadBody(ref reader);
            reader.Read(); // throws if anything follows
            return body;
        });
    }

    /// <summary>Reads one policy or template from a text.</summary>
    public static Parsed<PolicyBody> ParseBody(string json, CedarLimits? limits = null) =>
        ParseBody(Encoding.UTF8.GetBytes(json), limits);

    /// <summary>Reads a set; templates and links may be left out.</summary>
    /// <returns>
    /// The set, or the first mistake: of JSON, of form, an id used twice, a link that does not fit its template.
    /// </returns>
    public static Parsed<PolicySet> ParseSet(ReadOnlySpan<byte> utf8, CedarLimits? limits = null)
    {
        limits ??= CedarLimits.Default;
        return JsonFault.Guard(utf8, limits.JsonBytesMax, bytes =>
        {
            var reader = new Utf8JsonReader(bytes, PolicyReader.Options(limits));
            ValueReader.Read(ref reader);
            var set = new PolicySetReader(limits).Read(ref reader);
            reader.Read(); // throws if anything follows
            return set;
        });
    }

    /// <summary>Reads a set from a text.</summary>
    public static Parsed<PolicySet> ParseSet(string json, CedarLimits? limits = null) =>
        ParseSet(Encoding.UTF8.GetBytes(json), limits);
}
