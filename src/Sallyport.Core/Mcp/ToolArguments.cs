using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Sallyport.Cedar.Values;

namespace Sallyport.Mcp;

/// <summary>The arguments of one call, read once: what policies see of them, and what policies cannot see.</summary>
public sealed record ToolArguments
{
    /// <summary>Scalars, and names that the tool does not declare, in one call.</summary>
    public const int LeavesMax = 4096;

    private ToolArguments(StrictJson json, RecordValue record, ArgumentsReader reader)
    {
        Json = json;
        Record = record;
        Untyped = [.. reader.Untyped.Order(StringComparer.Ordinal)];
        Leaves = [.. reader.Leaves];
    }

    /// <summary>The arguments themselves.</summary>
    public StrictJson Json { get; }

    /// <summary>As Cedar sees them: conforms to <see cref="ArgumentType.ToCedar"/> of the tool's type.</summary>
    public RecordValue Record { get; }

    /// <summary>What is present and not in <see cref="Record"/>: JSON pointers, in ordinal order.</summary>
    public ImmutableArray<string> Untyped { get; }

    /// <summary>Every scalar, expressible or not, in the order of the call.</summary>
    public ImmutableArray<ArgumentLeaf> Leaves { get; }

    /// <summary>What an approval of this very call binds to.</summary>
    public ArgumentDigest Digest => ArgumentDigest.Of(Json);

    /// <summary>Reads UTF-8 bytes. Never throws for what it reads; with a fault the caller denies.</summary>
    public static bool TryRead(
        ArgumentType.Record type,
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out ToolArguments? arguments,
        out ImmutableArray<Fault> faults)
    {
        if (StrictJson.TryParse(utf8, JsonBounds.Call, out var json, out var fault))
        {
            return TryRead(type, json, out arguments, out faults);
        }

        (arguments, faults) = (null, [fault]);
        return false;
    }

    /// <summary>Reads what somebody else parsed; an undefined element is a call without arguments.</summary>
    public static bool TryRead(
        ArgumentType.Record type,
        JsonElement element,
        [NotNullWhen(true)] out ToolArguments? arguments,
        out ImmutableArray<Fault> faults)
    {
        if (StrictJson.TryCheck(element, JsonBounds.Call, out var json, out var fault))
        {
            return TryRead(type, json, out arguments, out faults);
        }

        (arguments, faults) = (null, [fault]);
        return false;
    }

    /// <summary>Reads what was checked within <see cref="JsonBounds.Call"/>.</summary>
    public static bool TryRead(
        ArgumentType.Record type,
        StrictJson json,
        [NotNullWhen(true)] out ToolArguments? arguments,
        out ImmutableArray<Fault> faults)
    {
        var reader = new ArgumentsReader();
        var record = reader.Read(json.Root, type);
        faults = [.. reader.Faults];
        arguments = faults.IsEmpty && record is not null ? new ToolArguments(json, record, reader) : null;
        return arguments is not null;
    }
}
