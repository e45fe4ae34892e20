using System.Text;

namespace Sallyport.Flow.Origins.Tests;

// A run that has read some texts.
internal sealed class Reader
{
    private readonly List<TextTrust> readings = [];

    public Reader(TextIndexLimits? limits = null) =>
        Index = new TextIndex(limits ?? TextIndexLimits.Default, seed: 4711);

    public TextIndex Index { get; }

    public Reader Brief(string text) => Read(TextTrust.Brief, text);

    public Reader Trusted(string text) => Read(TextTrust.Trusted, text);

    public Reader Untrusted(string text) => Read(TextTrust.Untrusted, text);

    public Reader Read(TextTrust trust, string text, int chunk = int.MaxValue)
    {
        var writer = Index.Begin(trust, readings.Count);
        readings.Add(trust);
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        while (bytes.Length > 0)
        {
            var taken = Math.Min(chunk, bytes.Length);
            writer.Append(bytes[..taken]);
            bytes = bytes[taken..];
        }

        writer.Complete();
        return this;
    }

    public TextTrust TrustOf(int reading) => readings[reading];

    public TextOrigins Whole(string value) => Index.Trace(value).Whole;

    public Standing Standing(string value) => Index.Trace(value).Standing;
}
