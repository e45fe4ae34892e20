using System.Globalization;

namespace Sallyport.Limits;

/// <summary>One limit, as configuration gives it.</summary>
/// <param name="Id">Its stable name: denials, policies and the API know it by this.</param>
/// <param name="Scope">Whose acts.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Max">The most of it in any window, from 1.</param>
/// <param name="Window">How long a charge counts.</param>
/// <param name="Place">Where the number is written: <c>sallyport.yaml:31</c>.</param>
public sealed record LimitRule(
    string Id, LimitScope Scope, LimitUnit Unit, long Max, LimitWindow Window, string Place)
{
    /// <summary>What it counts, whatever it is called and however much it allows: a count outlives a change of
    /// those.</summary>
    public LimitKey Key => new(Scope, Unit, Window);

    /// <summary><c>20 effects per day for role:poster</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Max} {LimitWords.NounOf(Unit)} per {LimitWords.WordOf(Window)} for {Scope}");
}

/// <summary>What is counted together.</summary>
/// <param name="Scope">Whose acts.</param>
/// <param name="Unit">What of them.</param>
/// <param name="Window">For how long.</param>
public sealed record LimitKey(LimitScope Scope, LimitUnit Unit, LimitWindow Window);
