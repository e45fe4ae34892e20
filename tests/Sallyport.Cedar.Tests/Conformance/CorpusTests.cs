using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Conformance;

/// <summary>
/// The official corpus (cedar-policy/cedar-integration-tests): every decision, every determining policy, every error.
/// </summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("corpus-*.tar.gz")]
    [InlineData("handwritten*.tar.gz")]
    public void Every_request_is_answered_as_the_corpus_says(string pattern)
    {
        var failures = new List<string>();
        foreach (var archive in SharedFiles.Archives("cedar", pattern))
        {
            var (cases, requests) = (0, 0);
            var files = SharedFiles.Unpack(archive);
            foreach (var name in CorpusCase.Names(files))
            {
                try
                {
                    var test = CorpusCase.Read(files, name);
                    requests += Run(test, failures);
                    cases++;
                }
                catch (CedarException exception)
                {
                    failures.Add($"{name}: {exception.Message}");
                }
            }

            output.WriteLine($"{Path.GetFileName(archive)}: {cases} cases, {requests} requests");
            Assert.True(requests > 0, $"{archive} holds no requests");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join('\n', failures.Take(40))}");
    }

    [Theory]
    [InlineData("corpus-*.tar.gz")]
    [InlineData("handwritten*.tar.gz")]
    public void What_is_printed_reads_back_as_the_same_policies(string pattern)
    {
        foreach (var archive in SharedFiles.Archives("cedar", pattern))
        {
            var files = SharedFiles.Unpack(archive);
            foreach (var name in CorpusCase.Names(files))
            {
                var test = CorpusCase.Read(files, name);
                var again = PolicySet.Parse(test.Policies.ToString());
                Assert.True(again.Succeeded, $"{name}: {string.Join('\n', again.Errors)}\n{test.Policies}");
                Assert.Equal(test.Policies.Policies.Select(p => p.Body), again.ValueOrThrow().Policies
                    .Select(p => p.Body));
            }
        }
    }

    private static int Run(CorpusCase test, List<string> failures)
    {
        var policies = CompiledPolicySet.Compile(test.Policies);
        foreach (var request in test.Requests)
        {
            var got = CorpusRequest.Describe(policies.Authorize(request.Request, test.Entities));
            if (got != request.Expected())
            {
                failures.Add($"{test.Name}, {request.Description}: got {got}, expected {request.Expected()}\n{test.PolicyText}");
            }
        }

        return test.Requests.Count;
    }
}
