using System.Net;
using System.Text;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Tlog.Tests.Witnesses;

public sealed class WitnessClientTests
{
    private static readonly Uri s_prefix = new("https://witness.example/submit");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_witness_that_knows_nothing_is_told_the_first_checkpoint_and_every_later_one()
    {
        var witness = new FakeWitness();
        foreach (var size in (int[])[1, 1, 2, 255, 256, 300, 1_000])
        {
            var tree = await TestLog.OpenAsync(size);
            var answer = await AskAsync(witness, size, witness.Latest?.Size ?? default);
            var cosigned = Assert.IsType<WitnessAnswer.Cosigned>(answer);
            Assert.Equal(1_700_000_000, Assert.Single(cosigned.Cosignatures).Timestamp);
            Assert.Equal(tree.Head, witness.Latest);
            Assert.Equal(2, cosigned.Checkpoint.Note.Signatures.Length);
            var again = cosigned.Checkpoint.Verify([TestLog.LogKey.Verifier], [TestLog.WitnessKey.Verifier]);
            Assert.Single(again.ValueOrThrow().Cosignatures);
        }

        Assert.Equal("https://witness.example/submit/add-checkpoint", witness.LastAddress);
    }

    [Fact]
    public async Task A_conflict_is_answered_from_the_size_that_the_witness_names()
    {
        var witness = new FakeWitness();
        Assert.IsType<WitnessAnswer.Cosigned>(await AskAsync(witness, 10, default));
        // We have forgotten what the witness saw, or remember wrongly.
        Assert.IsType<WitnessAnswer.Cosigned>(await AskAsync(witness, 20, default));
        Assert.IsType<WitnessAnswer.Cosigned>(await AskAsync(witness, 30, new TreeSize(7)));
        Assert.Equal(5, witness.Requests);
    }

    [Fact]
    public async Task A_witness_that_has_seen_a_larger_tree_is_not_asked_again()
    {
        var witness = new FakeWitness();
        Assert.IsType<WitnessAnswer.Cosigned>(await AskAsync(witness, 10, default));
        var conflict = Assert.IsType<WitnessAnswer.Conflict>(await AskAsync(witness, 5, new TreeSize(5)));
        Assert.Equal(10, conflict.Latest.Value);
        Assert.Equal(2, witness.Requests);
    }

    [Fact]
    public async Task A_witness_that_always_finds_another_conflict_is_asked_three_times()
    {
        var witness = new FakeWitness { Script = (HttpStatusCode.Conflict, "3\n"u8.ToArray(), "text/x.tlog.size") };
        Assert.IsType<WitnessAnswer.Conflict>(await AskAsync(witness, 10, default));
        Assert.Equal(3, witness.Requests);
    }

    // The checks of tlog-witness in their order; each request here also breaks every rule that comes later.
    [Fact]
    public async Task Refusals_come_in_the_order_of_the_specification_and_are_told_apart()
    {
        var witness = new FakeWitness();
        Assert.IsType<WitnessAnswer.Cosigned>(await AskAsync(witness, 10, default));
        var forked = new TreeHead(new(20), TreeHash.Leaf([9]));
        var badProof = new ConsistencyProof(new(4), new(20), [TreeHash.Leaf([])]);

        witness.Known = false;
        Assert.Equal(WitnessRefusal.UnknownLog, await RefusalAsync(witness, badProof, forked));
        witness.Known = true;
        witness.LogKey = TestLog.Key(TestLog.Name, SignatureType.Ed25519, 9).Verifier;
        Assert.Equal(WitnessRefusal.UntrustedSignature, await RefusalAsync(witness, badProof, forked));
        witness.LogKey = TestLog.LogKey.Verifier;
        string Older(string body) => body.Replace("old 4", "old 21", StringComparison.Ordinal);
        Assert.Equal(WitnessRefusal.BadRequest, await RefusalAsync(witness, badProof, forked, Older));
        Assert.IsType<WitnessAnswer.Conflict>(await AddAsync(witness, badProof, forked));
        Assert.Equal(
            WitnessRefusal.Inconsistent, await RefusalAsync(witness, new(new(10), new(20), badProof.Hashes), forked));
        var sameSize = forked with { Size = new(10) };
        Assert.Equal(WitnessRefusal.Inconsistent, await RefusalAsync(witness, new(new(10), new(10), []), sameSize));
        Assert.Equal(10, witness.Latest?.Size.Value);
    }

    [Theory]
    [InlineData(500, "", "text/plain", "witness.status")]
    [InlineData(429, "", "text/plain", "witness.status")]
    [InlineData(204, "", "text/plain", "witness.status")]
    [InlineData(302, "", "text/plain", "witness.status")]
    [InlineData(409, "7\n", "text/plain", "witness.content-type")]
    [InlineData(409, "7", "text/x.tlog.size", "witness.body")]
    [InlineData(409, "07\n", "text/x.tlog.size", "witness.body")]
    [InlineData(409, "7\n\n", "text/x.tlog.size", "witness.body")]
    [InlineData(409, "", "text/x.tlog.size", "witness.body")]
    [InlineData(409, "9223372036854775808\n", "text/x.tlog.size", "witness.body")]
    [InlineData(200, "", "text/plain", "witness.note.signatures")]
    [InlineData(200, "— stranger AAAAAAE=\n", "text/plain", "witness.signatures")]
    [InlineData(200, "— stranger\n", "text/plain", "witness.note.signatures[0]")]
    [InlineData(200, "SIGNED-BY-LOG", "text/plain", "witness.signatures")]
    [InlineData(200, "COSIGNED-OTHER", "text/plain", "witness.note.signatures[0]")]
    [InlineData(200, "COSIGNED-AT-0", "text/plain", "witness.timestamp")]
    public async Task An_answer_that_means_nothing_names_what_is_wrong(
        int status, string body, string mediaType, string field)
    {
        var checkpoint = TestLog.Sign(TestLog.Write(3).Head);
        var other = TestLog.Sign(TestLog.Write(4).Head).Claim;
        body = body switch
        {
            "SIGNED-BY-LOG" => $"{checkpoint.Note.Signatures[0]}\n",
            "COSIGNED-OTHER" => $"{TestLog.WitnessKey.Cosign(other, TestLog.Time).ValueOrThrow()}\n",
            "COSIGNED-AT-0" =>
                $"{TestLog.WitnessKey.Cosign(checkpoint.Claim, DateTimeOffset.UnixEpoch).ValueOrThrow()}\n",
            _ => body,
        };
        var witness = new FakeWitness { Script = ((HttpStatusCode)status, Encoding.UTF8.GetBytes(body), mediaType) };
        var failed = Assert.IsType<WitnessAnswer.Failed>(await AskAsync(witness, 3, default));
        Assert.Equal(field, failed.Fault.Field);
    }

    [Fact]
    public async Task Signatures_of_keys_that_are_not_the_witnesss_are_left_out()
    {
        var checkpoint = TestLog.Sign(TestLog.Write(3).Head);
        var (own, foreign) = (TestLog.WitnessKey, TestLog.SecondWitnessKey);
        var lines = new[] { foreign, own }.Select(
            key => $"{key.Cosign(checkpoint.Claim, TestLog.Time).ValueOrThrow()}\n");
        var body = string.Concat(lines);
        var witness = new FakeWitness { Script = (HttpStatusCode.OK, Encoding.UTF8.GetBytes(body), "text/plain") };
        var cosigned = Assert.IsType<WitnessAnswer.Cosigned>(await AskAsync(witness, 3, default));
        Assert.Equal(own.Verifier.Id, Assert.Single(cosigned.Cosignatures).Key.Id);
        Assert.Equal(2, cosigned.Checkpoint.Note.Signatures.Length);
    }

    [Fact]
    public async Task A_witness_that_cannot_be_reached_or_never_stops_talking_is_a_fault()
    {
        var witness = new FakeWitness { Script = (HttpStatusCode.OK, new byte[300 * 1024], "text/plain") };
        Assert.Equal(
            FaultKind.OutOfRange, Assert.IsType<WitnessAnswer.Failed>(await AskAsync(witness, 3, default)).Fault.Kind);
        witness = new FakeWitness { Dead = true };
        Assert.Equal(
            FaultKind.Unreadable, Assert.IsType<WitnessAnswer.Failed>(await AskAsync(witness, 3, default)).Fault.Kind);
        witness = new FakeWitness { Late = true };
        Assert.Equal(
            FaultKind.Unreadable, Assert.IsType<WitnessAnswer.Failed>(await AskAsync(witness, 3, default)).Fault.Kind);
    }

    [Fact]
    public async Task A_request_is_printed_and_read_back_and_one_that_is_wrong_is_not_made()
    {
        var tree = await TestLog.OpenAsync(300);
        var checkpoint = TestLog.Sign(tree.Head);
        var proof = (await tree.ProveConsistencyAsync(new(77), Stop)).ValueOrThrow();
        var request = AddCheckpointRequest.Create(proof, checkpoint).ValueOrThrow();
        var text = Encoding.UTF8.GetString(request.ToBytes());
        Assert.StartsWith($"old 77\n{proof.Hashes[0]}\n", text, StringComparison.Ordinal);
        Assert.EndsWith($"{proof.Hashes[^1]}\n\n{checkpoint}", text, StringComparison.Ordinal);
        var read = AddCheckpointRequest.Parse(request.ToBytes()).ValueOrThrow();
        Assert.Equal(request.ToBytes(), read.ToBytes());
        Assert.Equal("request.old", AddCheckpointRequest.Create(new(new(1), new(2), []), checkpoint).Fault?.Field);
        var tooLong = new ConsistencyProof(new(1), new(300), [.. new Hash[64]]);
        Assert.Equal("request.proof", AddCheckpointRequest.Create(tooLong, checkpoint).Fault?.Field);
        Assert.Null(AddCheckpointRequest.Create(new(new(1), new(300), [.. new Hash[63]]), checkpoint).Fault);
    }

    private static async Task<WitnessAnswer> AskAsync(FakeWitness witness, int size, TreeSize believed)
    {
        using var client = new HttpClient(witness, disposeHandler: false);
        var tree = await TestLog.OpenAsync(size);
        return await new WitnessClient(client, s_prefix, [TestLog.WitnessKey.Verifier]).CosignAsync(
            TestLog.Sign(tree.Head), believed, tree, Stop);
    }

    private static async Task<WitnessAnswer> AddAsync(
        FakeWitness witness, ConsistencyProof proof, TreeHead head, Func<string, string>? alter = null)
    {
        witness.Alter = alter ?? (body => body);
        using var client = new HttpClient(witness, disposeHandler: false);
        var request = AddCheckpointRequest.Create(proof, TestLog.Sign(head)).ValueOrThrow();
        return await new WitnessClient(client, s_prefix, [TestLog.WitnessKey.Verifier]).AddCheckpointAsync(
            request, Stop);
    }

    private static async Task<WitnessRefusal> RefusalAsync(
        FakeWitness witness, ConsistencyProof proof, TreeHead head, Func<string, string>? alter = null) =>
        Assert.IsType<WitnessAnswer.Refused>(await AddAsync(witness, proof, head, alter)).Why;
}
