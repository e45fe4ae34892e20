using Sallyport.Bench.Load;

namespace Sallyport.Bench.Http;

/// <summary>What is asked for, and who is asked.</summary>
/// <param name="Name">As it stands in the table.</param>
/// <param name="Shape">How it is driven.</param>
/// <param name="Arms">Who is asked, in the order of the table.</param>
internal sealed record Scenario(string Name, LoadShape Shape, IReadOnlyList<Arm> Arms);

/// <summary>One way through one program.</summary>
/// <param name="Name">The program: <c>direct</c>, <c>sallyport</c>, <c>squid</c>, <c>tinyproxy</c>, <c>mitmproxy</c>.</param>
/// <param name="Route">The way.</param>
/// <param name="Pid">Process whose CPU it uses; null for none.</param>
internal sealed record Arm(string Name, Route Route, int? Pid);

/// <summary>What was measured, a result for each round that counts.</summary>
internal sealed record Cell(Scenario Scenario, Arm Arm, List<LoadResult> Rounds)
{
    /// <summary>Errors of all rounds.</summary>
    public int Errors => Rounds.Sum(round => round.Errors);

    /// <summary>The first error in words; empty when there is none.</summary>
    public string ErrorText =>
        Rounds.Select(round => round.FirstError).FirstOrDefault(error => error is not null) is { } first ? $"{Arm.Name} {Errors}x {first}"
        : Rounds.Any(round => round.Requests == 0) ? $"{Arm.Name} answered nothing in a round"
        : "";

    /// <summary>One figure of each round.</summary>
    public double[] Of(Func<LoadResult, double> figure) => [.. Rounds.Select(figure)];
}
