using System.Globalization;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Explaining;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Validation;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar;

/// <summary>What the README shows is compiled here, run, and compared word for word.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_README_prints_what_it_says()
    {
        using var console = new StringWriter(CultureInfo.InvariantCulture);
        Run(console);
        var printed = console.ToString().ReplaceLineEndings("\n");
        const string Before = "validation.unsafe-attribute at 1:52\nDeny because of policy1\n";
        Assert.StartsWith(Before, printed, StringComparison.Ordinal);
        Assert.Equal(Blocks(Readme(), "text").Single(), printed[Before.Length..]);
    }

    [Fact]
    public void The_README_shows_what_runs_here()
    {
        var source =
            File.ReadAllText(Path.Combine(Root(), "tests", "Sallyport.Cedar.Tests",
                "ReadmeTests.cs")).ReplaceLineEndings("\n");
        foreach (var block in Blocks(Readme(), "csharp"))
        {
            var indented = string
                .Concat(block.Split('\n', StringSplitOptions.None).SkipLast(1)
                    .Select(line => line.Length == 0 ? "\n" : $"        {line}\n"));
            Assert.Contains(indented, source, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_README_names_every_namespace_that_it_uses()
    {
        var source = File.ReadAllLines(Path.Combine(Root(), "tests", "Sallyport.Cedar.Tests", "ReadmeTests.cs"));
        Assert.Equal(
            source.Where(line => line.StartsWith("using Sallyport.", StringComparison.Ordinal)),
            Blocks(Readme(), "cs").Single().Split('\n', StringSplitOptions.RemoveEmptyEntries),
            StringComparer.Ordinal);
    }

    private static void Run(StringWriter Console)
    {
        var parsed = PolicySet.Parse("""
            permit(principal in Role::"reader", action == Action::"read", resource)
            when { context.bytes < 1000 };

            forbid(principal, action, resource)
            when { context.labels.contains("secret") } unless { principal == User::"root" };
            """);
        if (!parsed.TryGet(out var policies))
        {
            throw new InvalidOperationException(string.Join('\n', parsed.Errors));
        }

        var schema = Schema.Parse("""
            entity User = { team: String, level?: Long };
            entity Tool;
            action call appliesTo { principal: User, resource: Tool };
            """).ValueOrThrow();
        var careless = PolicySet.Parse("permit(principal is User, action, resource) when { principal.level > 3 };").ValueOrThrow();
        foreach (var finding in new PolicyValidator(schema).Validate(careless).Findings)
        {
            Console.WriteLine($"{finding.Kind.Code()} at {finding.Diagnostic.Position}");
        }

        var compiled = CompiledPolicySet.Compile(policies);
        var entities = EntityJson.Parse("""
            [{"uid": {"type": "User", "id": "alice"}, "attrs": {}, "parents": [{"type": "Role", "id": "reader"}]}]
            """).ValueOrThrow();
        var context = RecordValue.Create(("bytes", Value.Of(70)), ("labels", Value.SetOf(Value.Of("secret"))));
        var request = new Request(
            EntityUid.Of("User", "alice"), EntityUid.Of("Action", "read"), EntityUid.Of("Document", "plan"), context);
        var response = compiled.Authorize(request, entities);
        Console.WriteLine($"{response.Decision} because of {string.Join(", ", response.Reasons.Select(p => p.Id))}");

        var explanation = compiled.Explain(request, entities);
        Console.WriteLine(explanation.Cause);
        foreach (var clause in explanation.Policies[0].Clauses)
        {
            Console.WriteLine($"{clause.Position} {clause}");
        }

        foreach (var change in explanation.SmallestChange ?? [])
        {
            Console.WriteLine(change);
        }
    }

    /// <summary>The contents of the fenced blocks in one language.</summary>
    private static IEnumerable<string> Blocks(string markdown, string language) =>
        markdown.Split($"```{language}\n").Skip(1)
        .Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);

    private static string Readme() =>
        File.ReadAllText(Path.Combine(Root(), "src", "Sallyport.Cedar", "README.md")).ReplaceLineEndings("\n");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("These tests run inside the repository.");
    }
}
