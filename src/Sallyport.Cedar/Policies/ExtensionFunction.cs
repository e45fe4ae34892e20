using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Cedar.Values;
using Id = Sallyport.Cedar.Policies.ExtensionFunctionId;

namespace Sallyport.Cedar.Policies;

/// <summary>A function of an extension type: its name, how it is called, and its types.</summary>
/// <remarks>
/// The table is the specification's: decimal, ipaddr, datetime and duration (Cedar 4.x, "Operators and functions").
/// </remarks>
public sealed class ExtensionFunction
{
    private ExtensionFunction(
        ExtensionFunctionId id, string name, ValueKind result, params ImmutableArray<ValueKind> parameters)
    {
        Id = id;
        Name = name;
        Result = result;
        Parameters = parameters;
    }

    /// <summary>All functions.</summary>
    public static ImmutableArray<ExtensionFunction> All { get; } =
    [
        new(Id.Decimal, "decimal", ValueKind.Decimal, ValueKind.String),
        new(Id.LessThan, "lessThan", ValueKind.Bool, ValueKind.Decimal, ValueKind.Decimal),
        new(Id.LessThanOrEqual, "lessThanOrEqual", ValueKind.Bool, ValueKind.Decimal, ValueKind.Decimal),
        new(Id.GreaterThan, "greaterThan", ValueKind.Bool, ValueKind.Decimal, ValueKind.Decimal),
        new(Id.GreaterThanOrEqual, "greaterThanOrEqual", ValueKind.Bool, ValueKind.Decimal, ValueKind.Decimal),
        new(Id.Ip, "ip", ValueKind.IpAddress, ValueKind.String),
        new(Id.IsIpv4, "isIpv4", ValueKind.Bool, ValueKind.IpAddress),
        new(Id.IsIpv6, "isIpv6", ValueKind.Bool, ValueKind.IpAddress),
        new(Id.IsLoopback, "isLoopback", ValueKind.Bool, ValueKind.IpAddress),
        new(Id.IsMulticast, "isMulticast", ValueKind.Bool, ValueKind.IpAddress),
        new(Id.IsInRange, "isInRange", ValueKind.Bool, ValueKind.IpAddress, ValueKind.IpAddress),
        new(Id.Datetime, "datetime", ValueKind.Datetime, ValueKind.String),
        new(Id.Offset, "offset", ValueKind.Datetime, ValueKind.Datetime, ValueKind.Duration),
        new(Id.DurationSince, "durationSince", ValueKind.Duration, ValueKind.Datetime, ValueKind.Datetime),
        new(Id.ToDate, "toDate", ValueKind.Datetime, ValueKind.Datetime),
        new(Id.ToTime, "toTime", ValueKind.Duration, ValueKind.Datetime),
        new(Id.Duration, "duration", ValueKind.Duration, ValueKind.String),
        new(Id.ToMilliseconds, "toMilliseconds", ValueKind.Long, ValueKind.Duration),
        new(Id.ToSeconds, "toSeconds", ValueKind.Long, ValueKind.Duration),
        new(Id.ToMinutes, "toMinutes", ValueKind.Long, ValueKind.Duration),
        new(Id.ToHours, "toHours", ValueKind.Long, ValueKind.Duration),
        new(Id.ToDays, "toDays", ValueKind.Long, ValueKind.Duration),
    ];

    /// <summary>Which function this is.</summary>
    public ExtensionFunctionId Id { get; }

    /// <summary>The name, in both syntaxes.</summary>
    public string Name { get; }

    /// <summary>The kind of the result.</summary>
    public ValueKind Result { get; }

    /// <summary>The kinds of the arguments; of a method the receiver is the first.</summary>
    public ImmutableArray<ValueKind> Parameters { get; }

    /// <summary>
    /// Whether it makes an extension value from a text; constructors are called as functions, all else as methods.
    /// </summary>
    public bool IsConstructor => Parameters is [ValueKind.String];

    /// <summary>Finds a function by its name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out ExtensionFunction? function)
    {
        foreach (var candidate in All)
        {
            if (candidate.Name == name)
            {
                function = candidate;
                return true;
            }
        }

        function = null;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The functions of the extension types.</summary>
public enum ExtensionFunctionId
{
    /// <summary><c>decimal(string)</c></summary>
    Decimal,

    /// <summary><c>decimal.lessThan(decimal)</c></summary>
    LessThan,

    /// <summary><c>decimal.lessThanOrEqual(decimal)</c></summary>
    LessThanOrEqual,

    /// <summary><c>decimal.greaterThan(decimal)</c></summary>
    GreaterThan,

    /// <summary><c>decimal.greaterThanOrEqual(decimal)</c></summary>
    GreaterThanOrEqual,

    /// <summary><c>ip(string)</c></summary>
    Ip,

    /// <summary><c>ipaddr.isIpv4()</c></summary>
    IsIpv4,

    /// <summary><c>ipaddr.isIpv6()</c></summary>
    IsIpv6,

    /// <summary><c>ipaddr.isLoopback()</c></summary>
    IsLoopback,

    /// <summary><c>ipaddr.isMulticast()</c></summary>
    IsMulticast,

    /// <summary><c>ipaddr.isInRange(ipaddr)</c></summary>
    IsInRange,

    /// <summary><c>datetime(string)</c></summary>
    Datetime,

    /// <summary><c>datetime.offset(duration)</c></summary>
    Offset,

    /// <summary><c>datetime.durationSince(datetime)</c></summary>
    DurationSince,

    /// <summary><c>datetime.toDate()</c></summary>
    ToDate,

    /// <summary><c>datetime.toTime()</c></summary>
    ToTime,

    /// <summary><c>duration(string)</c></summary>
    Duration,

    /// <summary><c>duration.toMilliseconds()</c></summary>
    ToMilliseconds,

    /// <summary><c>duration.toSeconds()</c></summary>
    ToSeconds,

    /// <summary><c>duration.toMinutes()</c></summary>
    ToMinutes,

    /// <summary><c>duration.toHours()</c></summary>
    ToHours,

    /// <summary><c>duration.toDays()</c></summary>
    ToDays,
}
