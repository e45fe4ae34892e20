namespace Sallyport.Decisions.Approvals.Tests;

// What an approval binds: change any part of the act and it is another act.
public sealed class ActDigestTests
{
    private static readonly WholeAct Usual = new()
    {
        Gateway = "http",
        Class = ActionClass.Effect,
        Method = "POST",
        Target = "https://pay.test/transfers?to=bob",
        Fields = [new("Content-Type", "application/json"), new("X-Account", "1"), new("X-Account", "2")],
        Body = "{\"amount\":1}"u8.ToArray(),
    };

    public static TheoryData<string> Parts => [.. Changed.Keys];

    private static Dictionary<string, WholeAct> Changed { get; } = new(StringComparer.Ordinal)
    {
        ["gateway"] = Usual with { Gateway = "mcp" },
        ["class"] = Usual with { Class = ActionClass.Read },
        ["method"] = Usual with { Method = "PUT" },
        ["case of the method"] = Usual with { Method = "Post" },
        ["tool"] = Usual with { Tool = "bank__pay" },
        ["scheme"] = Usual with { Target = "http://pay.test/transfers?to=bob" },
        ["query"] = Usual with { Target = "https://pay.test/transfers?to=eve" },
        ["body"] = Usual with { Body = "{\"amount\":2}"u8.ToArray() },
        ["a byte more"] = Usual with { Body = "{\"amount\":1} "u8.ToArray() },
        ["no body"] = Usual with { Body = default },
        ["a value"] = Usual with { Fields = [new("Content-Type", "text/plain"), .. Usual.Fields.Skip(1)] },
        ["a field more"] = Usual with { Fields = [.. Usual.Fields, new("X-Dry-Run", "0")] },
        ["a field less"] = Usual with { Fields = [.. Usual.Fields.Take(2)] },
        ["order within a name"] = Usual with { Fields = [Usual.Fields[0], Usual.Fields[2], Usual.Fields[1]] },
        ["a value that moved into the body"] = Usual with
        {
            Fields = [.. Usual.Fields.Take(2)],
            Body = "x-account2{\"amount\":1}"u8.ToArray(),
        },
        ["half a surrogate pair"] = Usual with { Target = Usual.Target + "\ud800" },
        ["the other half"] = Usual with { Target = Usual.Target + "\udc00" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void Another_part_is_another_act(string part) =>
        Assert.NotEqual(ActDigest.Of(Usual), ActDigest.Of(Changed[part]));

    [Fact]
    public void Every_change_gives_a_digest_of_its_own() => Assert.Equal(
        Changed.Count + 1, Changed.Values.Append(Usual).Select(ActDigest.Of).Distinct().Count());

    [Fact]
    public void The_order_and_the_case_of_names_of_fields_mean_nothing() => Assert.Equal(
        ActDigest.Of(Usual),
        ActDigest.Of(Usual with
        {
            Fields = [new("x-account", "1"), new("CONTENT-TYPE", "application/json"), new("X-ACCOUNT", "2")],
        }));

    // Two parts that share their bytes: a length before each keeps them apart.
    [Fact]
    public void What_moves_from_one_part_to_the_next_is_seen() => Assert.NotEqual(
        ActDigest.Of(Usual with { Method = "POSTa", Tool = "b" }),
        ActDigest.Of(Usual with { Method = "POST", Tool = "ab" }));

    // Approvals outlive a restart: a digest that changes with the program would forget them.
    [Fact]
    public void The_digest_of_a_known_act_does_not_change() => Assert.Equal(
        Known, ActDigest.Of(Usual).Hex);

    private const string Known = "49db51ccf30454b0cdcdf77e5d4e7a6bf72e7fe75ea8d5c506238b33624639e7";

    [Theory]
    [InlineData("", false)]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", false)]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a", false)]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true)]
    public void A_digest_is_64_lower_case_hex_digits(string text, bool isOne) =>
        Assert.Equal(isOne, ActDigest.TryParse(text, out _));

    [Theory]
    [InlineData("t00000000", true)]
    [InlineData("tzzzzzzzz", true)]
    [InlineData("t0000000", false)]
    [InlineData("t000000000", false)]
    [InlineData("f00000000", false)]
    [InlineData("t0000000i", false)]
    [InlineData("T00000000", false)]
    [InlineData(null, false)]
    public void A_ticket_has_one_form(string? text, bool isOne) =>
        Assert.Equal(isOne, TicketId.TryParse(text, out _));

    [Fact]
    public void A_ticket_of_bytes_is_read_back()
    {
        Assert.Equal("t00000001", TicketId.Of([0, 0, 0, 0, 1]).Text);
        Assert.Equal("tzzzzzzzz", TicketId.Of([255, 255, 255, 255, 255]).Text);
        Assert.True(TicketId.TryParse(TicketId.Of([1, 2, 3, 4, 5]).Text, out var ticket));
        Assert.Equal(TicketId.Of([1, 2, 3, 4, 5]), ticket);
    }
}
