namespace Sallyport.Cedar.Validation;

/// <summary>
/// Makes conditions for <see cref="Shop"/>: mostly of the wanted type, with guards that are sometimes missing and
/// sometimes for something else, so that some are valid and many are not.
/// </summary>
internal sealed class PolicyText(Random random)
{
    private enum Wanted
    {
        Bool,
        Long,
        String,
        User,
        Entity,
        LongSet,
        Ip,
        Duration,
    }

    public string Condition() => Make(Wanted.Bool, 4);

    private string Make(Wanted type, int depth)
    {
        // Now and then something of another type.
        if (random.Next(60) == 0)
        {
            type = (Wanted)random.Next(8);
        }

        if (depth > 0 && random.Next(12) == 0)
        {
            return $"(if {Make(Wanted.Bool, depth - 1)} then {Make(type, depth - 1)} else {Make(type, depth - 1)})";
        }

        return type switch
        {
            Wanted.Bool => depth <= 0
                ? Pick("true", "false", "principal.admin", "(principal has nick)", "(context has ip)")
                : Bool(depth - 1),
            Wanted.Long => depth <= 0 ? Pick("1", "(-7)", "9223372036854775807", "principal.age") : Long(depth - 1),
            Wanted.String =>
                Pick("\"x\"", "\"\"", "principal.name", "principal.nick", "principal.address.zip",
                "principal.address.street", "principal.getTag(\"x\")", "principal.boss.name"),
            Wanted.User =>
                Pick("principal", "principal.boss", "principal.boss.boss", "User::\"a\"", "User::\"nobody\""),
            Wanted.Entity =>
                Pick("principal", "action", "resource", "context.act", "User::\"a\"", "Group::\"g\"", "Item::\"i\"",
                "Action::\"read\"", "Color::\"red\""),
            Wanted.LongSet =>
                Pick("principal.marks", $"[{Make(Wanted.Long, depth - 1)}]", $"[{Make(Wanted.Long, depth - 1)}, 2]",
                "[]"),
            Wanted.Ip => Pick("context.ip", "ip(\"10.0.0.1\")", "ip(\"x\")", "ip(principal.name)"),
            Wanted.Duration =>
                Pick("duration(\"1d\")", "datetime(\"2020-01-01\").toTime()",
                "datetime(\"2020-01-01\").durationSince(datetime(\"2021-01-01\"))"),
        };
    }

    private string Bool(int depth) => random.Next(20) switch
    {
        0 or 1 => $"({Make(Wanted.Bool, depth)} && {Make(Wanted.Bool, depth)})",
        2 => $"({Make(Wanted.Bool, depth)} || {Make(Wanted.Bool, depth)})",
        3 => $"!({Make(Wanted.Bool, depth)})",
        4 => $"({Make(Wanted.Long, depth)} {Pick("<", "<=", ">", ">=", "==", "!=")} {Make(Wanted.Long, depth)})",
        5 => $"({Make(Wanted.String, depth)} {Pick("==", "!=")} {Make(Wanted.String, depth)})",
        6 => $"({Make(Wanted.Entity, depth)} {Pick("==", "!=", "in")} {Make(Wanted.Entity, depth)})",
        7 => $"({Make(Wanted.User, depth)} in [{Make(Wanted.User, depth)}, User::\"b\"])",
        8 => $"({Make(Wanted.Entity, depth)} is {Pick("User", "Group", "Action")})",
        9 => $"({Make(Wanted.User, depth)} is User in Group::\"g\")",
        10 => $"{Make(Wanted.LongSet, depth)}.contains({Make(Wanted.Long, depth)})",
        11 => $"{Make(Wanted.LongSet, depth)}.{Pick("containsAll", "containsAny")}({Make(Wanted.LongSet, depth)})",
        12 => $"({Make(Wanted.String, depth)} like \"*x*\")",
        13 => $"{Make(Wanted.Ip, depth)}.{Pick("isIpv4()", "isLoopback()", "isInRange(ip(\"10.0.0.0/8\"))")}",
        14 => $"({Make(Wanted.Duration, depth)} < {Make(Wanted.Duration, depth)})",
        15 => $"(principal has nick && ({Make(Wanted.Bool, depth)} && principal.nick == {Make(Wanted.String, depth)}))",
        16 => $"(principal.hasTag(\"x\") && principal.getTag(\"x\") == {Make(Wanted.String, depth)})",
        17 => $"(context has ip && ({Make(Wanted.Bool, depth)} || context.ip.isIpv6()))",
        18 => $"(principal has address.street && {Make(Wanted.Bool, depth)})",
        _ => $"({Make(Wanted.User, depth)} has {Pick("nick", "name", "salary", "boss.nick", "address.street")})",
    };

    private string Long(int depth) => random.Next(5) switch
    {
        0 => $"({Make(Wanted.Long, depth)} {Pick("+", "-", "*")} {Make(Wanted.Long, depth)})",
        1 => $"(-({Make(Wanted.Long, depth)}))",
        2 => "{n: 1, o: {p: 2}}.o.p",
        3 => $"{Make(Wanted.Duration, depth)}.toHours()",
        _ => "principal.boss.age",
    };

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
