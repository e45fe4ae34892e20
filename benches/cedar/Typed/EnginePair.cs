using System.Globalization;
using System.Text;
using Sallyport.Bench.Policy;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>A case in which the engines differ.</summary>
/// <param name="Case">The case.</param>
/// <param name="What">What differs, in words.</param>
internal sealed record Difference(DifferentialCase Case, string What)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder($"DIFFERENCE, seed {Case.Seed}")
            .Append(Case.AsJson ? " (policies given in JSON form)" : "")
            .Append(CultureInfo.InvariantCulture, $"\n{What}\n\nschema:\n{Case.Schema}\n");
        foreach (var (id, policy) in Case.Policies)
        {
            text.AppendLine($"{id}: {policy}");
        }

        foreach (var link in Case.Links)
        {
            text.AppendLine($"link: {link.ToJson().ToJsonString()}");
        }

        return text.AppendJoin('\n', Case.Entities.Select(entity => $"entity: {entity.ToJsonString()}")).Append('\n')
            .AppendJoin('\n', Case.Requests.Select(request => $"request: {request.ToJsonString()}")).ToString();
    }
}

/// <summary>What was compared, and how much of it says something.</summary>
internal sealed record Tally
{
    public int Sets { get; set; }

    public int Policies { get; set; }

    public int Links { get; set; }

    public int InvalidPolicies { get; set; }

    public int Requests { get; set; }

    public int Allowed { get; set; }

    public int WithReasons { get; set; }

    public int WithErrors { get; set; }

    public void Add(DifferentialCase generated, Outcomes outcomes)
    {
        Sets++;
        Policies += generated.Policies.Count;
        Links += generated.Links.Count;
        InvalidPolicies += outcomes.Invalid.Length == 0 ? 0 : outcomes.Invalid.Split(", ").Length;
        Requests += outcomes.Answers.Count;
        Allowed += outcomes.Answers.Count(answer => answer.StartsWith("allow", StringComparison.Ordinal));
        WithReasons += outcomes.Answers.Count(answer => !answer.Contains("reasons=[]", StringComparison.Ordinal));
        WithErrors += outcomes.Answers.Count(answer => !answer.Contains("errors=[]", StringComparison.Ordinal));
    }
}

/// <summary>Both engines.</summary>
internal sealed class EnginePair(OfficialEngine official)
{
    /// <summary>Asks both; null if they say the same.</summary>
    public Difference? Compare(DifferentialCase generated, Tally? tally = null)
    {
        Outcomes ours;
        try
        {
            ours = generated.Ours();
        }
        catch (CedarException refused)
        {
            return new Difference(generated, $"ours refuses what was generated: {refused.Message}");
        }

        Outcomes theirs;
        try
        {
            var answer = official.Ask(generated.Question());
            theirs = new Outcomes(
                Outcomes.Ids(answer.GetProperty("invalid").EnumerateArray().Select(id => id.GetString() ?? "")),
                [.. answer.GetProperty("messages").EnumerateArray().Select(message => message.GetString() ?? "")],
                [.. answer.GetProperty("answers").EnumerateArray().Select(Answer.Of)]);
        }
        catch (OfficialFaultException refused)
        {
            return new Difference(generated, $"the official engine refuses what ours takes: {refused.Message}");
        }

        tally?.Add(generated, ours);
        return Describe(generated, ours, theirs) is { } what ? new Difference(generated, what) : null;
    }

    /// <summary>Leaves out policies, links, requests and entities as long as a difference of the same kind
    /// stays.</summary>
    public Difference Shrink(Difference found)
    {
        var kind = found.What.Split(':')[0];
        for (var shrunk = true; shrunk;)
        {
            shrunk = false;
            foreach (var smaller in Smaller(found.Case))
            {
                if (Compare(smaller) is { } still && still.What.Split(':')[0] == kind)
                {
                    (found, shrunk) = (still, true);
                    break;
                }
            }
        }

        return found;
    }

    private static IEnumerable<DifferentialCase> Smaller(DifferentialCase of)
    {
        foreach (var policy in of.Policies)
        {
            yield return of with
            {
                Policies = [.. of.Policies.Where(other => other != policy)],
                Links = [.. of.Links.Where(link => link.Template != policy.Id)],
            };
        }

        foreach (var link in of.Links)
        {
            yield return of with { Links = [.. of.Links.Where(other => other != link)] };
        }

        foreach (var request in of.Requests)
        {
            yield return of with { Requests = [.. of.Requests.Where(other => other != request)] };
        }

        foreach (var entity in of.Entities)
        {
            yield return of with { Entities = [.. of.Entities.Where(other => other != entity)] };
        }
    }

    private static string? Describe(DifferentialCase of, Outcomes ours, Outcomes theirs)
    {
        for (var i = 0; i < ours.Answers.Count; i++)
        {
            if (ours.Answers[i] != theirs.Answers[i])
            {
                return $"answers differ: request {of.Requests[i].ToJsonString()}"
                    + $"\n  ours     {ours.Answers[i]}\n  official {theirs.Answers[i]}";
            }
        }

        return ours.Invalid == theirs.Invalid
            ? null
            : $"validation differs:\n  ours     [{ours.Invalid}]\n  official [{theirs.Invalid}]"
                + $"\n  ours: {string.Join("\n  ours: ", ours.Messages)}"
                + $"\n  official: {string.Join("\n  official: ", theirs.Messages)}";
    }
}
