using System.Text;
using Sallyport.Cedar.Validation;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// Damaged schemas: whatever the text is, the answer is a schema or errors, and what is a schema survives every
/// conversion.
/// </summary>
public sealed class SchemaFuzzTests
{
    private static readonly string[] s_tokens =
    [
        "entity ", "action ", "type ", "namespace ", "in ", "enum ", "tags ", "appliesTo ", "principal", "resource",
            "context", "Set<", ">", "{", "}",
        "[", "]", ":", "::", ";", ",", "?", "=", "@a", "(\"x\")", "\"id\"", "A", "B", "N", "Long", "String",
            "__cedar::Bool", "Action", "\\", "\"", "é", "\0", "//",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Damaged_text_ends_in_a_schema_or_in_errors(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            CheckText(Damage(Shop.Text, random, s_tokens));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void A_soup_of_tokens_ends_in_a_schema_or_in_errors(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++)
        {
            CheckText(string.Concat(Enumerable.Range(0, random.Next(1, 40))
                .Select(_ => s_tokens[random.Next(s_tokens.Length)])));
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Damaged_json_ends_in_a_schema_or_in_errors(int seed)
    {
        var random = new Random(seed);
        var json = Encoding.UTF8.GetString(SchemaDocument.Parse(Shop.Text).ValueOrThrow().ToJson());
        string[] tokens =
            ["{", "}", "[", "]", ":", ",", "\"", "null", "true", "1", "\"type\"", "\"Set\"", "\"Record\"", "\"Entity\"",
            "\"name\"", "\"element\"", "\"A\"", "\\ud800"];
        var parsed = 0;
        for (var i = 0; i < 2000; i++)
        {
            var document = SchemaDocument.ParseJson(Damage(json, random, tokens));
            Assert.True(document.Succeeded || document.Errors.Length > 0);
            if (document.TryGet(out var found))
            {
                parsed++;
                Assert.Equal(found, SchemaDocument.ParseJson(found.ToJson()).ValueOrThrow());
                if (Schema.Create([found]).TryGet(out var schema) && found.HumanSyntaxMismatches().IsEmpty)
                {
                    Assert.Equal(schema, Schema.Parse(found.ToString()).ValueOrThrow());
                }
            }
        }

        Assert.True(parsed > 0, "No damaged document was still one: the damage is too great to test anything.");
    }

    private static void CheckText(string text)
    {
        var document = SchemaDocument.Parse(text);
        Assert.True(document.Succeeded || document.Errors.Length > 0);
        if (document.TryGet(out var found))
        {
            Assert.Equal(found, SchemaDocument.Parse(found.ToString()).ValueOrThrow());
            Assert.Equal(found, SchemaDocument.ParseJson(found.ToJson()).ValueOrThrow());
            var schema = Schema.Create([found]);
            Assert.True(schema.Succeeded || schema.Errors.Length > 0);
        }
    }

    /// <summary>Some pieces removed, doubled, swapped or replaced by tokens.</summary>
    private static string Damage(string text, Random random, string[] tokens)
    {
        var damaged = new StringBuilder(text);
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(damaged.Length);
            var length = Math.Min(random.Next(1, 12), damaged.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    damaged.Remove(at, length);
                    break;
                case 1:
                    damaged.Insert(random.Next(damaged.Length), damaged.ToString(at, length));
                    break;
                case 2:
                    damaged.Insert(at, tokens[random.Next(tokens.Length)]);
                    break;
                default:
                    damaged.Remove(at, length).Insert(at, tokens[random.Next(tokens.Length)]);
                    break;
            }
        }

        return damaged.ToString();
    }
}
