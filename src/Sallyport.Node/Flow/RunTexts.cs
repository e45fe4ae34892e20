using System.Security.Cryptography;
using Sallyport.Flow.Origins;

namespace Sallyport.Flow;

/// <summary>
/// What one run has read, so that what it says can be traced. In memory only: after a restart nothing is known of it,
/// and it says so.
/// </summary>
public sealed class RunTexts
{
    private const int ReadingsMax = 1 << 16;
    private const int PlacesMax = 1 << 10;
    private const int SaidMax = 256;
    private const int SaidLengthMax = 1024;

    private readonly Lock gate = new();
    private readonly List<ReadingEntry> readings = [];
    private readonly HashSet<string> untrustedPlaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> opaquePlaces = new(StringComparer.Ordinal);
    private readonly HashSet<(string Name, string Value)> said = [];

    /// <summary>The texts.</summary>
    public TextIndex Index { get; } =
        new(TextIndexLimits.Default, BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))));

    /// <summary>Whether anything is there that a value could be traced to.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (gate)
            {
                return readings.Count == 0 && !Index.Exposure.Opaque;
            }
        }
    }

    /// <summary>How evidence names a place: the source, or the host where no source is declared.</summary>
    public static string PlaceOf(Source source, string host)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Name == Source.Undeclared.Name ? $"{source.Name}:{host}" : source.Name;
    }

    /// <summary>Whose text a source's is.</summary>
    public static TextTrust TrustOf(Source source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return TrustOf(source.Labels);
    }

    /// <summary>Whose text it is that comes under these labels.</summary>
    public static TextTrust TrustOf(LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return labels.IsUntrusted ? TextTrust.Untrusted : TextTrust.Trusted;
    }

    /// <summary>
    /// Notes a reading before its first byte, and gives the number that stands for it; null when there are too many:
    /// then it is not to be indexed, and the run is opaque from here on.
    /// </summary>
    public int? Begin(ReadingEntry reading)
    {
        int? number = null;
        lock (gate)
        {
            if (reading.Trust is TextTrust.Untrusted && reading.Place != Source.Itself
                && untrustedPlaces.Count < PlacesMax)
            {
                untrustedPlaces.Add(reading.Place);
            }

            if (readings.Count < ReadingsMax)
            {
                number = readings.Count;
                readings.Add(reading);
            }
        }

        if (number is null)
        {
            Index.MarkOpaque(reading.Trust);
        }

        return number;
    }

    /// <summary>Something was read that nobody could look into: a tunnel, a WebSocket.</summary>
    public void MarkOpaque(TextTrust trust, string place, bool isConfidential)
    {
        NoteOpaque(place, isConfidential);
        lock (gate)
        {
            if (trust is TextTrust.Untrusted && untrustedPlaces.Count < PlacesMax)
            {
                untrustedPlaces.Add(place);
            }
        }

        Index.MarkOpaque(trust);
    }

    /// <summary>What the number of a reading stands for.</summary>
    public ReadingEntry this[int reading]
    {
        get
        {
            lock (gate)
            {
                return readings[reading];
            }
        }
    }

    /// <summary>Whether text is missing from the index that may be a secret of another place than this one.</summary>
    public bool HasUnreadSecretBeside(string place)
    {
        if (!Index.Exposure.Opaque)
        {
            return false;
        }

        lock (gate)
        {
            // What was dropped for want of memory has no place: then nobody knows whose it was.
            return opaquePlaces.Count == 0 || opaquePlaces.Any(pair => pair.Value && pair.Key != place);
        }
    }

    /// <summary>Notes that part of what was read at a place could not be looked into; the index knows it.</summary>
    public void NoteOpaque(string place, bool isConfidential)
    {
        lock (gate)
        {
            if (opaquePlaces.Count < PlacesMax || opaquePlaces.ContainsKey(place))
            {
                opaquePlaces[place] = isConfidential || opaquePlaces.GetValueOrDefault(place);
            }
        }
    }

    /// <summary>Whether untrusted text is missing from the index that may be of another place than this one.</summary>
    public bool IsIncompleteBeside(string place)
    {
        if (!Index.Exposure.UntrustedIncomplete)
        {
            return false;
        }

        lock (gate)
        {
            return untrustedPlaces.Count > (untrustedPlaces.Contains(place) ? 1 : 0);
        }
    }

    /// <summary>
    /// Notes what a run that carries no label said in a header field. What it says again later it does not have from
    /// what it read in between.
    /// </summary>
    public void NoteSaid(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (gate)
        {
            if (said.Count < SaidMax && value.Length <= SaidLengthMax)
            {
                said.Add((name, value));
            }
        }
    }

    /// <summary>Whether it was said before the run carried a label.</summary>
    public bool WasSaid(string name, string value)
    {
        lock (gate)
        {
            return said.Contains((name, value));
        }
    }
}
