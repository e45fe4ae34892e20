namespace Sallyport.Cedar.Values;

/// <summary>The kinds of Cedar value.</summary>
public enum ValueKind
{
    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A signed 64-bit integer.</summary>
    Long,

    /// <summary>A text.</summary>
    String,

    /// <summary>The uid of an entity.</summary>
    Entity,

    /// <summary>An unordered collection without duplicates.</summary>
    Set,

    /// <summary>Values by attribute name.</summary>
    Record,

    /// <summary>Extension: a number with four decimal places.</summary>
    Decimal,

    /// <summary>Extension: an address or range of IPv4 or IPv6.</summary>
    IpAddress,

    /// <summary>Extension: a point in time, in milliseconds.</summary>
    Datetime,

    /// <summary>Extension: a length of time, in milliseconds.</summary>
    Duration,
}

/// <summary>The words for kinds in messages.</summary>
public static class ValueKinds
{
    /// <summary>The kind as Cedar's documentation and schemas name it, in lower case.</summary>
    public static string Name(this ValueKind kind) => kind switch
    {
        ValueKind.Bool => "bool",
        ValueKind.Long => "long",
        ValueKind.String => "string",
        ValueKind.Entity => "entity",
        ValueKind.Set => "set",
        ValueKind.Record => "record",
        ValueKind.Decimal => "decimal",
        ValueKind.IpAddress => "ipaddr",
        ValueKind.Datetime => "datetime",
        ValueKind.Duration => "duration",
    };
}
