using System.Text;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Generation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Limits;

/// <summary>Damaged texts: whatever comes of them, it is a value or a list of mistakes, never an exception.</summary>
public sealed class FuzzTests
{
    private static readonly string[] s_pieces =
    [
        "permit", "forbid", "(", ")", "principal", "action", "resource", "context", ",", ";", "when", "unless", "{",
            "}", "==", "in", "is", "has", "like", "[", "]",
        "\"a\"", "\"", "\\", "\\u{", "1", "-", "9223372036854775808", "!", "&&", "||", "if", "then", "else", "@", "::",
            ":", ".", "?principal", "User", "ip", "//", "\n",
        "\u00a0", "\ud800", "\0", "*", "+", "<", "=", "'", "/", "__cedar", "é",
    ];

    [Fact]
    public void Damaged_policies_never_throw()
    {
        var parsed = 0;
        foreach (var seed in Seeds.Of(30_000))
        {
            var random = new Random(seed);
            var text = Damage(random, World.Policy(random, depth: 3).ToString());
            parsed += Check(seed, text, () => PolicySet.Parse(text).TryGet(out var set) && Check(set)) ? 1 : 0;
        }

        Assert.True(parsed > 500, "hardly a damaged policy still parses: the damage is too coarse");
    }

    [Fact]
    public void Words_in_any_order_never_throw()
    {
        foreach (var seed in Seeds.Of(30_000))
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(60))
                .Select(_ => s_pieces[random.Next(s_pieces.Length)] + (random.Next(3) == 0 ? " " : "")));
            Check(seed, text, () => PolicySet.Parse(text).Succeeded);
            Check(
                seed,
                text,
                () => PolicySet.Parse($"permit(principal, action, resource) when {{ {text} }};").Succeeded);
        }
    }

    [Fact]
    public void Damaged_JSON_never_throws()
    {
        foreach (var seed in Seeds.Of(30_000))
        {
            var random = new Random(seed);
            var policy = DamageBytes(random, PolicyJson.Write(World.Policy(random, depth: 3)));
            Check(seed, Encoding.UTF8.GetString(policy), () => PolicyJson.ParseBody(policy).Succeeded);
            var call = DamageBytes(random, Encoding.UTF8.GetBytes(
                """{"principal":{"type":"A::B","id":"a"},"action":{"type":"Action","id":"x"},"resource":{"__entity":{"type":"R","id":"\u00e9"}},"context":{"s":[1,"a",{"k":true}],"i":{"__extn":{"fn":"ip","arg":"1.2.3.4"}}},"entities":[{"uid":{"type":"A","id":"a"},"attrs":{"e":{"__entity":{"type":"A","id":"b"}}},"parents":[{"type":"G","id":"g"}],"tags":{"t":-1}}]}"""));
            Check(seed, Encoding.UTF8.GetString(call), () => AuthorizationCall.Parse(call).Succeeded);
            Check(seed, Encoding.UTF8.GetString(call), () => EntityJson.Parse(call).Succeeded);
        }
    }

    private static bool Check(PolicySet set)
    {
        var random = new Random(1);
        var response = CompiledPolicySet.Compile(set).Authorize(World.Request(random), World.Entities(random));
        return response.Reasons.Length + response.Errors.Length <= set.Policies.Length;
    }

    private static bool Check(int seed, string text, Func<bool> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}: {text}", exception);
        }
    }

    private static string Damage(Random random, string text)
    {
        var damaged = new StringBuilder(text);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(damaged.Length);
            switch (random.Next(4))
            {
                case 0:
                    damaged.Remove(at, Math.Min(random.Next(1, 8), damaged.Length - at));
                    break;
                case 1:
                    damaged.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
                case 2:
                    damaged[at] = (char)random.Next(0x20, 0x7F);
                    break;
                default:
                    damaged.Insert(at, damaged.ToString(at, Math.Min(random.Next(20), damaged.Length - at)));
                    break;
            }

            if (damaged.Length == 0)
            {
                break;
            }
        }

        return damaged.ToString();
    }

    private static byte[] DamageBytes(Random random, byte[] bytes)
    {
        var damaged = bytes.ToList();
        for (var i = random.Next(1, 4); i > 0 && damaged.Count > 0; i--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(3))
            {
                case 0:
                    damaged.RemoveRange(at, Math.Min(random.Next(1, 6), damaged.Count - at));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                default:
                    damaged.InsertRange(at, damaged.Skip(at).Take(random.Next(30)).ToList());
                    break;
            }
        }

        return [.. damaged];
    }
}
