using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Receipts;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Tlog.Tests;

/// <summary>
/// The worked examples of the C2SP texts, as far as they are whole: some have [...] in place of bytes.
/// </summary>
public sealed partial class C2spExampleTests
{
    [Fact]
    public void The_example_of_signed_note_verifies_with_its_vkey_and_with_nothing_altered()
    {
        var text = File.ReadAllText(SharedFiles.PathOf("c2sp/signed-note.md"));
        var verified = 0;
        foreach (var key in Vkey().Matches(text).Select(match => VerifierKey.Parse(match.Value).ValueOrThrow()))
        {
            var line = $"\n— {key.Name} ";
            foreach (var block in Signed(text).Where(block => block.Contains(line, StringComparison.Ordinal)))
            {
                var note = Note.Parse(Encoding.UTF8.GetBytes(block)).ValueOrThrow();
                Assert.Single(note.Verify([key]).ValueOrThrow().Signatures);
                var altered = Note.Parse(
                    Encoding.UTF8.GetBytes(block.Replace("is an", "is no", StringComparison.Ordinal))).ValueOrThrow();
                Assert.Equal(FaultKind.Mismatch, altered.Verify([key]).Fault?.Kind);
                verified++;
            }
        }

        Assert.NotEqual(0, verified);
        Console.WriteLine($"COUNT C2SP signed-note examples verified with their vkey: {verified}");
    }

    [Fact]
    public void Every_whole_example_is_read_and_printed_byte_for_byte()
    {
        var (notes, checkpoints, requests) = (0, 0, 0);
        foreach (var file in Directory.EnumerateFiles(SharedFiles.PathOf("c2sp"), "*.md"))
        {
            foreach (var block in Signed(File.ReadAllText(file)))
            {
                var bytes = Encoding.UTF8.GetBytes(block);
                if (block.Contains("[...]", StringComparison.Ordinal))
                {
                    // Bytes are left out, and a strict reader says so.
                    Assert.NotNull(Note.Parse(bytes).Fault);
                }
                else if (block.StartsWith("old ", StringComparison.Ordinal))
                {
                    Assert.Equal(bytes, AddCheckpointRequest.Parse(bytes).ValueOrThrow().ToBytes());
                    requests++;
                }
                else if (SignedCheckpoint.Parse(bytes).TryGet(out var checkpoint, out _))
                {
                    Assert.Equal(bytes, checkpoint.ToBytes());
                    checkpoints++;
                }
                else
                {
                    Assert.Equal(bytes, Note.Parse(bytes).ValueOrThrow().ToBytes());
                    notes++;
                }
            }
        }

        var found = $"{notes} notes, {checkpoints} checkpoints, {requests} witness requests";
        Assert.True(notes > 0 && checkpoints > 0 && requests > 0, found);
        Console.WriteLine($"COUNT C2SP examples read and printed: {found}");
    }

    [Fact]
    public void The_example_of_tlog_proof_is_refused_for_what_is_left_out_of_it()
    {
        var example = Blocks(File.ReadAllText(SharedFiles.PathOf("c2sp/tlog-proof.md")))
            .Single(block => block.StartsWith("c2sp.org/tlog-proof@v1\n", StringComparison.Ordinal));
        Assert.Equal("note.signatures[0].bytes", Receipt.Parse(Encoding.UTF8.GetBytes(example)).Fault?.Field);
        var signature = TestLog.Key("example.com/fancylog", SignatureType.Ed25519, 1).Sign("any\n"u8).ValueOrThrow();
        var whole = example[..(example.LastIndexOf("\n\n", StringComparison.Ordinal) + 2)] + $"{signature}\n";
        var receipt = Receipt.Parse(Encoding.UTF8.GetBytes(whole)).ValueOrThrow();
        Assert.Equal(whole, receipt.ToString());
        Assert.StartsWith("age-v1.2.1", Encoding.ASCII.GetString(receipt.Extra.Span), StringComparison.Ordinal);
        // The example's five hashes are not a proof in a tree of its size, which takes seventeen.
        var proof = new InclusionProof(receipt.Index, receipt.Checkpoint.Claim.Head.Size, receipt.Hashes);
        Assert.Equal("proof.hashes", proof.Root(default).Fault?.Field);
    }

    [Fact]
    public void The_example_of_tlog_policy_is_read_once_its_keys_are_filled_in()
    {
        var seed = (byte)100;
        var example = Blocks(File.ReadAllText(SharedFiles.PathOf("c2sp/tlog-policy.md")))
            .Single(block => block.StartsWith("log <vkey>\n\nwitness", StringComparison.Ordinal));
        var witnesses = example.IndexOf("witness", StringComparison.Ordinal);
        var filled = Placeholder().Replace(example, match => match.Index < witnesses
            ? $"{TestLog.LogKey.Verifier}"
            : $"{TestLog.Key("w", SignatureType.Ed25519Cosignature, seed++).Verifier}");
        var policy = TrustPolicy.Parse(Encoding.UTF8.GetBytes(filled)).ValueOrThrow();
        Assert.Equal(
            (1, 6, 3, "X-and-Y"), (policy.Logs.Length, policy.Witnesses.Length, policy.Groups.Length, policy.Quorum));
        Assert.Equal([2, 1, 2], policy.Groups.Select(group => group.Threshold));
    }

    private static IEnumerable<string> Signed(string markdown) =>
        Blocks(markdown).Where(block => block.Contains("\n\n— ", StringComparison.Ordinal));

    // Fenced blocks as they are; indented ones without their four blanks.
    private static IEnumerable<string> Blocks(string markdown)
    {
        foreach (Match fenced in Fenced().Matches(markdown))
        {
            yield return fenced.Groups["block"].Value;
        }

        foreach (Match indented in Indented().Matches(Fenced().Replace(markdown, "")))
        {
            var lines = indented.Value.Trim('\n').Split('\n');
            yield return string.Concat(lines.Select(line => $"{(line.Length > 4 ? line[4..] : "")}\n"));
        }
    }

    [GeneratedRegex(@"^```\n(?<block>(?:.*\n)*?)```$", RegexOptions.Multiline, 5_000)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"(?:^    .*\n|^\n(?=    ))+", RegexOptions.Multiline, 5_000)]
    private static partial Regex Indented();

    [GeneratedRegex(@"[a-z./]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,}", RegexOptions.None, 5_000)]
    private static partial Regex Vkey();

    [GeneratedRegex(@"<vkey>", RegexOptions.None, 5_000)]
    private static partial Regex Placeholder();
}
