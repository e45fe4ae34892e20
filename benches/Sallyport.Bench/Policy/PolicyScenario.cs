using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Validation;

namespace Sallyport.Bench.Policy;

/// <summary>A policy set and the requests that are decided with it, read from the files that the rival reads too.</summary>
internal sealed class PolicyScenario
{
    private PolicyScenario(PolicyFiles files, CompiledPolicySet policies, byte[][] calls)
    {
        Files = files;
        Policies = policies;
        Calls = calls;
        Built = [.. calls.Select(call => AuthorizationCall.Parse(call).ValueOrThrow())];
    }

    /// <summary>Where it was read from.</summary>
    public PolicyFiles Files { get; }

    /// <summary>The policies, compiled.</summary>
    public CompiledPolicySet Policies { get; }

    /// <summary>The requests with their entities, each as its JSON.</summary>
    public IReadOnlyList<byte[]> Calls { get; }

    /// <summary>The same requests, built before.</summary>
    public IReadOnlyList<AuthorizationCall> Built { get; }

    /// <summary>Reads and compiles, after the policies have passed strict validation.</summary>
    public static PolicyScenario Read(PolicyFiles files)
    {
        var policies = PolicySet.Parse(File.ReadAllText(files.Policies)).ValueOrThrow();
        var report = new PolicyValidator(Schema.Parse(Workload.Schema).ValueOrThrow()).Validate(policies);
        if (!report.IsValid)
        {
            throw new CannotRunException($"The generated policies of '{files.Name}' are not valid: {report.Errors.First()}", "Mend benches/Sallyport.Bench/Policy.");
        }

        using var requests = JsonDocument.Parse(File.ReadAllBytes(files.Requests));
        return new PolicyScenario(
            files, CompiledPolicySet.Compile(policies),
            [.. requests.RootElement.EnumerateArray().Select(request => Encoding.UTF8.GetBytes(request.GetRawText()))]);
    }

    /// <summary>Every answer in one form: decision, determining policies and policies that failed, both in ordinal order.</summary>
    public IReadOnlyList<string> Answers() => [.. Built.Select(call => Answer.Of(Policies.Authorize(call.Request, call.Entities)))];
}

/// <summary>One set of the comparison.</summary>
/// <param name="Kind"><c>selective</c> or <c>unscoped</c>.</param>
/// <param name="Count">Policies.</param>
/// <param name="Policies">Path of the policies, in human syntax.</param>
/// <param name="Requests">Path of the requests, a JSON array.</param>
internal sealed record PolicyFiles(string Kind, int Count, string Policies, string Requests)
{
    /// <summary>The scheme where nearly every policy can be told apart by its scope.</summary>
    public const string Selective = "selective";

    /// <summary>The scheme where half of the policies cannot.</summary>
    public const string Unscoped = "unscoped";

    /// <summary>As it stands in the table.</summary>
    public string Name => $"{Kind} {Count}";

    /// <summary>Writes all sets into a folder; what the rival's <c>gen.js</c> has written there is taken as it is.</summary>
    public static IReadOnlyList<PolicyFiles> Write(string folder)
    {
        var files = new List<PolicyFiles>();
        foreach (var count in (int[])[10, 1_000, 10_000])
        {
            var (policies, requests) = Workload.Make(count);
            var selective = new PolicyFiles(
                Selective, count, Path.Combine(folder, $"policies-{count}.cedar"), Path.Combine(folder, $"requests-{count}.json"));
            WriteIfNew(selective.Policies, policies);
            if (!File.Exists(selective.Requests))
            {
                File.WriteAllText(selective.Requests, requests);
            }

            var unscoped = selective with { Kind = Unscoped, Policies = Path.Combine(folder, $"policies-{count}-unscoped.cedar") };
            WriteIfNew(unscoped.Policies, HeavyPolicies.HalfOf(File.ReadAllLines(selective.Policies)));
            files.Add(selective);
            files.Add(unscoped);
        }

        return [.. files.OrderBy(set => set.Kind, StringComparer.Ordinal).ThenBy(set => set.Count)];
    }

    /// <summary>Whether files that <c>gen.js</c> wrote are the ones that we would have written; null if it wrote none.</summary>
    public static bool? AreOurs(string folder)
    {
        var given = ((int[])[10, 1_000]).Where(count => File.Exists(Path.Combine(folder, $"requests-{count}.json"))).ToArray();
        return given.Length == 0 ? null : given.All(count =>
        {
            var (policies, requests) = Workload.Make(count);
            return File.ReadAllText(Path.Combine(folder, $"policies-{count}.cedar")) == Text(policies)
                && File.ReadAllText(Path.Combine(folder, $"requests-{count}.json")) == requests;
        });
    }

    private static void WriteIfNew(string path, IReadOnlyList<string> policies)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, Text(policies));
        }
    }

    private static string Text(IReadOnlyList<string> policies) => string.Join('\n', policies) + "\n";
}
