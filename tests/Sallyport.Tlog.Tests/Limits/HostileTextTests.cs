using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Receipts;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Tlog.Tests.Limits;

/// <summary>
/// Altered texts, from seeds: each is a fault or the one spelling of what was read, in bounded memory, and never a
/// forgery.
/// </summary>
public sealed class HostileTextTests
{
    private const int StepsPerSeed = 3_000;
    private static readonly Checkpoint s_checkpoint = TestLog.Sign(TestLog.Write(300).Head).Claim;
    private static readonly SignedCheckpoint s_signed = TestLog.Cosign(
        TestLog.Sign(TestLog.Write(300).Head), TestLog.WitnessKey);
    private static readonly string s_receipt =
        $"{Receipt.Create(new(new(7), new(300), [.. new Hash[9]]), s_signed, [1, 2, 3]).ValueOrThrow()}";

    private static readonly string s_policy =
        $"log {TestLog.LogKey.Verifier}\nwitness a {TestLog.WitnessKey.Verifier} https://a.example/\n"
        + $"witness b {TestLog.SecondWitnessKey.Verifier}\ngroup g 1 a b\nquorum g\n";

    private static readonly string s_request =
        Encoding.UTF8.GetString(
            AddCheckpointRequest.Create(new(new(7), new(300), [.. new Hash[9]]), s_signed).ValueOrThrow().ToBytes());

    // What is read, and how it prints itself; a policy has no printed form.
    private static readonly Dictionary<string, (string Good, Func<byte[], Result<string>> Parse)> s_forms = new(
        StringComparer.Ordinal)
    {
        ["note"] = (s_signed.ToString(), bytes => Printed(Note.Parse(bytes))),
        ["signed checkpoint"] = (s_signed.ToString(), bytes => Printed(SignedCheckpoint.Parse(bytes))),
        ["checkpoint"] = (s_checkpoint.ToString(), bytes => Printed(Checkpoint.Parse(bytes))),
        ["receipt"] = (s_receipt, bytes => Printed(Receipt.Parse(bytes))),
        ["request"] = (
            s_request,
            bytes => AddCheckpointRequest.Parse(bytes).TryGet(out var read, out var fault)
                ? Text(read.ToBytes())
                : fault),
        ["policy"] = (s_policy, bytes => TrustPolicy.Parse(bytes).TryGet(out _, out var fault) ? Text(bytes) : fault),
        ["vkey"] = ($"{TestLog.LogKey.Verifier}", bytes => Printed(VerifierKey.Parse(Text(bytes)))),
        ["signer key"] = (
            TestLog.LogKey.ToPrivateText(),
            bytes => SignerKey.Parse(Text(bytes)).TryGet(out var key, out var fault) ? key.ToPrivateText() : fault),
        ["tile path"] = ("tile/entries/x001/x234/067.p/21", bytes => Printed(TilePath.Parse(Text(bytes)))),
    };

    public static TheoryData<string, int> FormsAndSeeds()
    {
        var cases = new TheoryData<string, int>();
        foreach (var form in s_forms.Keys)
        {
            cases.Add(form, 1);
            cases.Add(form, 2);
        }

        return cases;
    }

    [Theory, MemberData(nameof(FormsAndSeeds))]
    public void An_altered_text_is_a_fault_with_a_field_or_has_this_one_spelling(string form, int seed)
    {
        var (good, parse) = s_forms[form];
        Assert.Equal(good, parse(Encoding.UTF8.GetBytes(good)).ValueOrThrow());
        var mutator = new Mutator(seed);
        var (read, refused) = (0, 0);
        for (var step = 0; step < StepsPerSeed; step++)
        {
            var bytes = mutator.Alter(Encoding.UTF8.GetBytes(good));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var result = parse(bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated < 200_000 + (100 * bytes.Length),
                $"{form}, seed {seed}, step {step}: {allocated} bytes for {bytes.Length}");
            if (result.TryGet(out var text, out var fault))
            {
                Assert.True(text == Text(bytes), $"{form}, seed {seed}, step {step}: a second spelling of {text}");
                read++;
            }
            else
            {
                Assert.NotEmpty(fault.Field);
                Assert.True(
                    fault.Detail.Length < 600,
                    $"{form}, seed {seed}, step {step}: a fault of {fault.Detail.Length} characters");
                refused++;
            }
        }

        Assert.True(refused > 0, $"{form}, seed {seed}: nothing was refused");
        Console.WriteLine($"COUNT hostile {form}s, seed {seed}: {refused} refused, {read} read as they stand");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_altered_receipt_that_verifies_says_the_same_about_the_same_log(int seed)
    {
        var policy = TrustPolicy.OfLog(TestLog.LogKey.Verifier);
        var tree = TestLog.Write(300);
        var naive = new NaiveTree(TestLog.Entries(300));
        var receipt = Receipt.Create(
            new(new(7), new(300), [.. naive.Path(7, 300)]), TestLog.Sign(tree.Head)).ValueOrThrow();
        Assert.Null(receipt.Verify(TestLog.Entry(7), policy).Fault);
        var mutator = new Mutator(seed);
        var (harmless, refused) = (0, 0);
        for (var step = 0; step < StepsPerSeed; step++)
        {
            var altered = Receipt.Parse(mutator.Alter(receipt.ToBytes()));
            if (altered.TryGet(out var read, out _)
                && read.Verify(TestLog.Entry(7), policy).TryGet(out var verified, out _))
            {
                // What nothing vouches for may differ: extra data, signatures of keys that the policy does not know.
                Assert.True(
                    verified.Head == tree.Head && read.Index.Value == 7 && read.Hashes.SequenceEqual(receipt.Hashes),
                    $"seed {seed}, step {step}: forged");
                harmless++;
                continue;
            }

            refused++;
        }

        Assert.True(refused > harmless);
        Console.WriteLine(
            $"COUNT hostile receipts, verified, seed {seed}: {refused} refused, {harmless} prove the same");
    }

    private static Result<string> Printed<T>(Result<T> result)
        where T : notnull =>
        result.TryGet(out var value, out var fault) ? value.ToString() ?? "" : fault;

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
