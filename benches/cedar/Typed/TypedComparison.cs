using Sallyport.Bench.Policy;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>
/// Cases that have a schema, put to both engines one seed after the other. Compared: decision, determining and failing
/// policies of each request, and of each policy and template whether strict validation has errors in it.
/// </summary>
internal static class TypedComparison
{
    // A case that differs is shrunk with some hundred questions; a broken engine would differ in every one.
    private const int DifferencesMax = 5;

    /// <summary>Prints each difference, shrunk, then one line of counts; true if there was none.</summary>
    public static bool Run(int first, int count, string root, string modules)
    {
        using var engine = OfficialEngine.Start(root, modules);
        var (pair, tally, differences) = (new EnginePair(engine), new Tally(), 0);
        for (var seed = first; seed < first + count && differences < DifferencesMax; seed++)
        {
            if (pair.Compare(CaseGenerator.Make(seed), tally) is { } difference)
            {
                differences++;
                Console.Error.WriteLine(pair.Shrink(difference));
            }
        }

        var policies = $"{tally.Policies} policies ({tally.InvalidPolicies} invalid), {tally.Links} links";
        var answers = $"{tally.Allowed} allowed, {tally.WithReasons} with reasons, {tally.WithErrors} with errors";
        Console.WriteLine(
            $"typed: {tally.Sets} sets, {policies}, {tally.Requests} requests ({answers}), {differences} differences");
        return differences == 0 && tally is { Requests: > 0, InvalidPolicies: > 0, Allowed: > 0, WithErrors: > 0 };
    }
}
