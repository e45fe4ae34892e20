using Microsoft.Extensions.Logging;

namespace Sallyport.Decisions.Approvals;

internal static partial class HoldsLog
{
    [LoggerMessage(2101, LogLevel.Information, "held {Ticket} agent={Agent} {Method} {Host}: waits for a person")]
    public static partial void Opened(ILogger logger, string ticket, string agent, string method, string host);

    [LoggerMessage(2102, LogLevel.Information, "held {Ticket} {Change} {By}")]
    public static partial void Answered(ILogger logger, string ticket, string change, string by);

    [LoggerMessage(2103, LogLevel.Warning, "held {Ticket}: {Author} may not approve it ({Code})")]
    public static partial void Refused(ILogger logger, string ticket, string author, string code);
}
