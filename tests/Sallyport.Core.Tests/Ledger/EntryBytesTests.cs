using System.Text;
using System.Text.Json;

namespace Sallyport.Ledger.Tests;

public sealed class EntryBytesTests
{
    public static TheoryData<string> Names => [.. Examples.ByName.Keys];

    // A cut text is shorter than what was recorded.
    public static TheoryData<string> NamesOfUncut => [.. Examples.ByName.Keys.Where(name => name != "decision-cut")];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bytes_of_each_kind_are_the_golden_file(string name)
    {
        var path = Path.Combine(GoldenFolder(), name + ".json");
        var bytes = Encoding.UTF8.GetString(Examples.Bytes(Examples.ByName[name])) + "\n";
        if (Environment.GetEnvironmentVariable("SALLYPORT_GOLDEN") == "accept")
        {
            File.WriteAllText(path, bytes);
        }

        Assert.Equal(File.ReadAllText(path, Encoding.UTF8), bytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_read_back_is_written_again_byte_for_byte(string name)
    {
        var bytes = Examples.Bytes(Examples.ByName[name]);
        Assert.True(EntryBytes.TryRead(bytes, out var recorded, out _));
        Assert.Equal(new EntryId(2, 1042), recorded.Id);
        Assert.Equal(Examples.Time, recorded.Time);
        Assert.Equal(TimeSpan.Zero, recorded.Time.Offset);
        Assert.Equal(bytes, Examples.Bytes(recorded.Entry));
    }

    [Theory]
    [MemberData(nameof(NamesOfUncut))]
    public void What_is_read_back_is_what_was_recorded(string name)
    {
        Assert.True(EntryBytes.TryRead(Examples.Bytes(Examples.ByName[name]), out var recorded, out _));
        Assert.Equal(Examples.ByName[name], recorded.Entry);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_JSON_reader_reads_it_and_finds_the_kind(string name)
    {
        var entry = Examples.ByName[name];
        // Half a surrogate pair is legal in JSON text but not in the strings of this reader, so only the kind is asked.
        using var document = JsonDocument.Parse(Examples.Bytes(entry));
        Assert.Equal(EntryKind.Of(entry), document.RootElement.GetProperty("kind").GetString());
        Assert.Equal(1, document.RootElement.GetProperty("format").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_byte_is_printable_ASCII(string name) => Assert.All(Examples.Bytes(Examples.ByName[name]), b => Assert.InRange(b, 0x20, 0x7e));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_flip_of_any_bit_is_found(string name)
    {
        var bytes = Examples.Bytes(Examples.ByName[name]);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EntryBytes.TryRead(bytes, out _, out var fault), $"bit {bit}");
            Assert.Equal("ledger.entry-invalid", fault.Code);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_part_of_an_entry_is_not_an_entry(string name)
    {
        var bytes = Examples.Bytes(Examples.ByName[name]);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(EntryBytes.TryRead(bytes.AsSpan(0, length), out _, out _), $"length {length}");
        }
    }

    // Each edit keeps the CRC right: these are mistakes of a writer, not of a disk.
    [Theory]
    [InlineData("\"format\":1", "\"format\":0", "'format'")]
    [InlineData("\"epoch\":2", "\"epoch\":02", "'epoch'")]
    [InlineData("\"epoch\":2", "\"epoch\":-2", "'epoch'")]
    [InlineData("\"position\":1042", "\"position\":9223372036854775808", "'position'")]
    [InlineData("\"position\":1042", "\"position\": 1042", "'position'")]
    [InlineData("08:30:05.000007Z", "08:30:05.00007Z", "'time'")]
    [InlineData("08:30:05.000007Z", "08:30:60.000007Z", "'time'")]
    [InlineData("08:30:05.000007Z", "08:30:05.000007+00:00", "'time'")]
    [InlineData("\"kind\":\"decision\"", "\"kind\":\"decisions\"", "'kind'")]
    [InlineData("\"run\":\"01jd", "\"run\":\"01jD", "'run'")]
    [InlineData("\"run\":\"01jd3k5m7n9p1q3r5s7t9v1w3x\"", "\"run\":3", "'run'")]
    [InlineData("\"agent\":\"research\"", "\"agent\":\"Research\"", "'agent'")]
    [InlineData("\"gateway\":\"http\",", "", "'gateway'")]
    [InlineData("\"gateway\":\"http\",", "\"gateway\":\"http\",\"gateway\":\"http\",", "'class'")]
    [InlineData("\"gateway\":\"http\",\"class\":\"read\"", "\"class\":\"read\",\"gateway\":\"http\"", "'gateway'")]
    [InlineData("\"gateway\":\"http\"", "\"gateway\":null", "'gateway'")]
    [InlineData("\"gateway\":\"http\"", "\"gateway\":\"h\\u0074tp\"", "'gateway'")]
    [InlineData("\"gateway\":\"http\"", "\"gateway\":\"ht\\ttp\"", "'gateway'")]
    [InlineData("\"gateway\":\"http\"", "\"gateway\":\"ht\\u00E9tp\"", "'gateway'")]
    [InlineData("\"gateway\":\"http\"", "\"gateway\":\"ht<tp\"", "'gateway'")]
    [InlineData("\"gateway\":\"http\"", "\"gateway\":\"http\\", "'gateway'")]
    [InlineData("[\"social\",\"untrusted\"]", "[\"untrusted\",\"social\"]", "'labels'")]
    [InlineData("[\"social\",\"untrusted\"]", "[\"social\",\"social\"]", "'labels'")]
    [InlineData("[\"social\",\"untrusted\"]", "[\"social\",]", "'labels'")]
    [InlineData("[\"social\",\"untrusted\"]", "[\"social\" ,\"untrusted\"]", "'labels'")]
    [InlineData("\"labelVersion\":3", "\"labelVersion\":3.0", "'freezeEpoch'")]
    [InlineData("\"labelVersion\":3", "\"labelVersion\":null", "'labelVersion'")]
    [InlineData("\"facts\":{}", "\"facts\":{},\"more\":1", "'crc'")]
    [InlineData("\"facts\":{}", "\"facts\":[]", "'facts'")]
    [InlineData("\"facts\":{}", "\"facts\":{\"a\":}", "'facts'")]
    [InlineData("\"facts\":{}", "\"facts\":{\"a\":\"\t\"}", "'facts'")]
    public void A_form_that_is_not_the_one_form_is_refused_by_the_name_of_its_field(string part, string instead, string field)
    {
        var text = Encoding.UTF8.GetString(Examples.Bytes(Examples.ByName["decision"]));
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.False(EntryBytes.TryRead(Sealed(text.Replace(part, instead, StringComparison.Ordinal)), out _, out var fault));
        Assert.Contains(field, fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worst_entry_of_each_kind_fits()
    {
        var hostile = new string('\u202e', 100_000);
        var labels = Examples.Labels(Enumerable.Range(0, EntryBytes.LabelsMax).Select(i => $"{new string('a', 59)}{i:D4}"));
        LedgerEntry[] worst =
        [
            Examples.Decided(hostile) with
            {
                Gateway = hostile,
                Class = hostile,
                Method = hostile,
                Host = hostile,
                Verdict = hostile,
                Code = hostile,
                Rule = hostile,
                Source = hostile,
                Labels = labels,
                LabelVersion = long.MinValue,
                FreezeEpoch = long.MinValue,
                Snapshot = hostile,
            },
            (LedgerEntry.Observed)Examples.ByName["observation"] with { Target = hostile, Host = hostile, DigestSent = hostile, DigestReceived = hostile, End = hostile, Labels = labels },
            (LedgerEntry.LabelsJoined)Examples.ByName["labels"] with { Labels = labels },
            (LedgerEntry.ChannelCut)Examples.ByName["cut"] with { Target = hostile, Code = hostile },
            (LedgerEntry.RunStarted)Examples.ByName["run-start"] with { Program = hostile, CommandDigest = hostile, Confinement = hostile },
            (LedgerEntry.RunEnded)Examples.ByName["run-end"] with { Reason = hostile },
            (LedgerEntry.FreezeChanged)Examples.ByName["freeze"] with { Change = hostile, FreezeId = hostile, Scope = hostile, Reason = hostile, Author = hostile },
            new LedgerEntry.NodeStarted { Version = hostile, Snapshot = hostile, TornBytesCut = long.MaxValue },
            new LedgerEntry.NodeStopped { Reason = hostile },
            (LedgerEntry.HoldOpened)Examples.ByName["hold"] with
            {
                Ticket = hostile,
                Digest = hostile,
                Gateway = hostile,
                Class = hostile,
                Method = hostile,
                Target = hostile,
                Host = hostile,
                Policies = hostile,
                PolicyCount = int.MaxValue,
                Reason = hostile,
                Labels = labels,
                Snapshot = hostile,
                PolicySet = hostile,
            },
            (LedgerEntry.ApprovalChanged)Examples.ByName["approval"] with
            {
                Ticket = hostile,
                Digest = hostile,
                Change = hostile,
                Author = hostile,
                Operator = hostile,
                Factor = hostile,
                Reason = hostile,
            },
            (LedgerEntry.PerimeterChanged)Examples.ByName["perimeter"] with
            {
                Change = hostile, Before = hostile, After = hostile, Direction = hostile, Author = hostile,
                Confirmer = hostile, Summary = hostile, SummaryDigest = hostile,
            },
            (LedgerEntry.Gap)Examples.ByName["gap"] with { Code = hostile },
            new LedgerEntry.Counts { Dials = long.MaxValue, Replies = long.MaxValue, Open = long.MaxValue },
            (LedgerEntry.PeriodBegan)Examples.ByName["period"] with { Reason = hostile, Before = hostile,
                Root = hostile },
            (LedgerEntry.PlaceLabelled)Examples.ByName["place"] with
            {
                Place = hostile, Path = hostile, Labels = labels,
            },
            (LedgerEntry.PlaceCleared)Examples.ByName["place-clear"] with
            {
                Place = hostile, Path = hostile, Labels = labels, Author = hostile, Reason = hostile,
            },
            (LedgerEntry.EntriesRefused)Examples.ByName["refused"] with { Code = hostile, Limit = hostile },
            new LedgerEntry.UnsignedFound
            {
                From = long.MaxValue, Entries = long.MaxValue, Disbelieved = long.MaxValue,
            },
            (LedgerEntry.KeyChanged)Examples.ByName["key"] with
            {
                Key = hostile, Change = hostile, Before = hostile, After = hostile, Note = hostile, Author = hostile,
                Reason = hostile,
            },
            (LedgerEntry.ActRefused)Examples.ByName["act-refused"] with
            {
                Act = hostile, What = hostile, Author = hostile, Code = hostile,
            },
            (LedgerEntry.EndorsementChanged)Examples.ByName["endorsement"] with
            {
                Digest = hostile, Change = hostile, Method = hostile, Target = hostile, Host = hostile, At = hostile,
                Shown = hostile, Evidence = hostile, Start = long.MaxValue, Length = long.MaxValue, Source = hostile,
                Author = hostile, Operator = hostile, Factor = hostile, Reason = hostile,
            },
            (LedgerEntry.RunWoken)Examples.ByName["wake"] with { Round = int.MaxValue, EverySeconds = long.MaxValue },
            (LedgerEntry.InputForeign)Examples.ByName["input"] with { Bytes = long.MaxValue },
            (LedgerEntry.InstructionNoted)Examples.ByName["instruction"] with
            {
                Change = hostile, Path = hostile, Program = hostile, What = hostile, Before = hostile, After = hostile,
            },
            (LedgerEntry.PeriodArchived)Examples.ByName["archive"] with
            {
                Entries = long.MaxValue, Root = hostile, First = long.MaxValue, Kept = long.MaxValue,
                KeptDigest = hostile, Archive = hostile, Author = hostile, Reason = hostile,
            },
            (LedgerEntry.ContentChanged)Examples.ByName["content"] with
            {
                Change = hostile, Reason = hostile, Author = hostile, Digests = hostile,
            },
            (LedgerEntry.ContentHeld)Examples.ByName["content-hold"] with
            {
                Change = hostile, Hold = hostile, Scope = hostile, Reason = hostile, Author = hostile,
            },
        ];
        Assert.Equal(EntryKind.All, worst.Select(EntryKind.Of), StringComparer.Ordinal);
        Assert.All(worst, entry =>
        {
            var bytes = Examples.Bytes(entry);
            Assert.InRange(bytes.Length, 1, EntryBytes.LengthMax);
            Assert.True(EntryBytes.TryRead(bytes, out var recorded, out _));
            Assert.Equal(bytes, Examples.Bytes(recorded.Entry));
        });
    }

    [Fact]
    public void A_label_set_that_is_too_large_is_never_cut_but_refused()
    {
        var labels = Examples.Labels(Enumerable.Range(0, EntryBytes.LabelsMax + 1).Select(i => $"a{i}"));
        Assert.Throws<ArgumentException>(() => Examples.Bytes(Examples.Decided("/") with { Labels = labels }));
    }

    private static byte[] Sealed(string text)
    {
        var body = Encoding.UTF8.GetBytes(text)[..^EntryBytes.SealLength];
        return [.. body, .. Encoding.UTF8.GetBytes($",\"crc\":\"{Crc32C.Of(body):x8}\"}}")];
    }

    private static string GoldenFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sallyport.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests are not inside the repository.");
        }

        return Path.Combine(folder, "tests", "Sallyport.Core.Tests", "Ledger", "Golden");
    }
}
