namespace Sallyport.Limits;

/// <summary>What a limit counts. Only what a gateway of today can count: a limit that never bites is worse than
/// none.</summary>
public enum LimitUnit
{
    /// <summary>Allowed acts of any class.</summary>
    Requests,

    /// <summary>Allowed acts of class effect.</summary>
    Effects,

    /// <summary>Body bytes from agents to upstreams; of a tunnel or WebSocket all bytes.</summary>
    BytesSent,

    /// <summary>Body bytes from upstreams to agents; of a tunnel or WebSocket all bytes.</summary>
    BytesReceived,
}

/// <summary>How long a charge counts.</summary>
public enum LimitWindow
{
    /// <summary>60 seconds.</summary>
    Minute,

    /// <summary>60 minutes.</summary>
    Hour,

    /// <summary>24 hours.</summary>
    Day,
}

/// <summary>The words of units and windows, as configuration and denials have them.</summary>
public static class LimitWords
{
    /// <summary>Stable code of everything that a limit refuses or cuts.</summary>
    public const string Code = "limits.exceeded";

    /// <summary>Every unit with its key in the configuration.</summary>
    public static IReadOnlyList<(LimitUnit Unit, string Key)> Units { get; } =
        [.. Enum.GetValues<LimitUnit>().Select(unit => (unit, KeyOf(unit)))];

    /// <summary>The unit's key in the configuration: <c>bytes-sent</c>.</summary>
    public static string KeyOf(LimitUnit unit) => unit switch
    {
        LimitUnit.Requests => "requests",
        LimitUnit.Effects => "effects",
        LimitUnit.BytesSent => "bytes-sent",
        LimitUnit.BytesReceived => "bytes-received",
    };

    /// <summary>The unit in a sentence: <c>bytes sent</c>.</summary>
    public static string NounOf(LimitUnit unit) => KeyOf(unit).Replace('-', ' ');

    /// <summary>The window's word in configuration and sentences: <c>hour</c>.</summary>
    public static string WordOf(LimitWindow window) => window switch
    {
        LimitWindow.Minute => "minute",
        LimitWindow.Hour => "hour",
        LimitWindow.Day => "day",
    };

    /// <summary>How long it is.</summary>
    public static TimeSpan LengthOf(LimitWindow window) => window switch
    {
        LimitWindow.Minute => TimeSpan.FromMinutes(1),
        LimitWindow.Hour => TimeSpan.FromHours(1),
        LimitWindow.Day => TimeSpan.FromDays(1),
    };
}
