using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Json;

/// <summary>Writes expressions in Cedar's JSON form. Recursion is bounded by the height of the tree.</summary>
internal static class ExprWriter
{
    public static void Write(Utf8JsonWriter to, Expr expr)
    {
        if (expr is Expr.And and)
        {
            WriteChain(to, "&&", and.Operands);
            return;
        }

        if (expr is Expr.Or or)
        {
            WriteChain(to, "||", or.Operands);
            return;
        }

        to.WriteStartObject();
        switch (expr)
        {
            case Expr.Literal literal:
                to.WritePropertyName("Value");
                WriteLiteral(to, literal.Value);
                break;
            case Expr.Variable variable:
                to.WriteString("Var", variable.Name.Symbol());
                break;
            case Expr.Unary unary:
                to.WriteStartObject(unary.Operator.JsonName());
                WriteMember(to, "arg", unary.Operand);
                to.WriteEndObject();
                break;
            case Expr.Binary binary:
                to.WriteStartObject(binary.Operator.Symbol());
                WriteMember(to, "left", binary.Left);
                WriteMember(to, "right", binary.Right);
                to.WriteEndObject();
                break;
            case Expr.If @if:
                to.WriteStartObject("if-then-else");
                WriteMember(to, "if", @if.Condition);
                WriteMember(to, "then", @if.Then);
                WriteMember(to, "else", @if.Else);
                to.WriteEndObject();
                break;
            case Expr.Set set:
                WriteList(to, "Set", set.Elements);
                break;
            case Expr.Record record:
                to.WriteStartObject("Record");
                foreach (var field in record.Fields)
                {
                    WriteMember(to, field.Name, field.Value);
                }

                to.WriteEndObject();
                break;
            case Expr.Call call:
                WriteList(to, call.Function.Name, call.Arguments);
                break;
            default:
                WriteTest(to, expr);
                break;
        }

        to.WriteEndObject();
    }

    private static void WriteTest(Utf8JsonWriter to, Expr expr)
    {
        switch (expr)
        {
            case Expr.GetAttribute get:
                to.WriteStartObject(".");
                WriteMember(to, "left", get.Target);
                to.WriteString("attr", get.Name);
                break;
            case Expr.HasAttribute has:
                to.WriteStartObject("has");
                WriteMember(to, "left", has.Target);
                WritePath(to, has.Path);
                break;
            case Expr.Like like:
                to.WriteStartObject("like");
                WriteMember(to, "left", like.Target);
                WritePattern(to, like.Pattern);
                break;
            case Expr.Is @is:
                to.WriteStartObject("is");
                WriteMember(to, "left", @is.Target);
                to.WriteString("entity_type", @is.Type.Name);
                if (@is.Container is not null)
                {
                    WriteMember(to, "in", @is.Container);
                }

                break;
            default:
                throw new InvalidOperationException("The hierarchy of expressions is closed.");
        }

        to.WriteEndObject();
    }

    /// <summary>The JSON form has pairs only: a chain is nested to the left, as the official parser nests it.</summary>
    private static void WriteChain(Utf8JsonWriter to, string @operator, ImmutableArray<Expr> operands)
    {
        for (var i = 1; i < operands.Length; i++)
        {
            to.WriteStartObject();
            to.WriteStartObject(@operator);
            to.WritePropertyName("left");
        }

        Write(to, operands[0]);
        for (var i = 1; i < operands.Length; i++)
        {
            WriteMember(to, "right", operands[i]);
            to.WriteEndObject();
            to.WriteEndObject();
        }
    }

    private static void WriteLiteral(Utf8JsonWriter to, Value value)
    {
        switch (value.Reference)
        {
            case null:
                to.WriteBooleanValue(value.AsBool());
                break;
            case string text:
                to.WriteStringValue(text);
                break;
            case EntityUid uid:
                to.WriteStartObject();
                to.WritePropertyName("__entity");
                PolicyWriter.Write(to, uid);
                to.WriteEndObject();
                break;
            default:
                to.WriteNumberValue(value.AsLong());
                break;
        }
    }

    private static void WritePath(Utf8JsonWriter to, ImmutableArray<string> path)
    {
        if (path is [var name])
        {
            to.WriteString("attr", name);
            return;
        }

        to.WriteStartArray("attr");
        foreach (var part in path)
        {
            to.WriteStringValue(part);
        }

        to.WriteEndArray();
    }

    /// <summary>One element for each character, as the official implementation writes patterns.</summary>
    private static void WritePattern(Utf8JsonWriter to, Pattern pattern)
    {
        to.WriteStartArray("pattern");
        for (var i = 0; i < pattern.Texts.Length; i++)
        {
            if (i > 0)
            {
                to.WriteStringValue("Wildcard");
            }

            foreach (var rune in pattern.Texts[i].EnumerateRunes())
            {
                to.WriteStartObject();
                to.WriteString("Literal", rune.ToString());
                to.WriteEndObject();
            }
        }

        to.WriteEndArray();
    }

    private static void WriteMember(Utf8JsonWriter to, string name, Expr expr)
    {
        to.WritePropertyName(name);
        Write(to, expr);
    }

    private static void WriteList(Utf8JsonWriter to, string name, ImmutableArray<Expr> items)
    {
        to.WriteStartArray(name);
        foreach (var item in items)
        {
            Write(to, item);
        }

        to.WriteEndArray();
    }
}
