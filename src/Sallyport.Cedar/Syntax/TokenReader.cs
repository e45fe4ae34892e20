using System.Runtime.CompilerServices;

namespace Sallyport.Cedar.Syntax;

/// <summary>
/// The cursor over the tokens of one text, and the mistakes found so far. What the policy and the schema parser have in
/// common. A method that returns null or false has reported why.
/// </summary>
internal sealed class TokenReader
{
    /// <summary>Beyond this many mistakes a text is not worth more reading.</summary>
    public const int ErrorsMax = 100;

    private readonly Token[] _tokens;
    private readonly CedarLimits _limits;
    private int _at;
    private int _nesting;

    public TokenReader(SourceText source, CedarLimits limits)
    {
        Source = source;
        _limits = limits;
        if (source.Text.Length > limits.TextLengthMax)
        {
            Report(
                "syntax.too-long",
                $"The text has {source.Text.Length} characters; the limit is {limits.TextLengthMax}.",
                "Split it.",
                default);
            _tokens = [new Token(TokenKind.EndOfText, default)];
            return;
        }

        _tokens = Lexer.Tokenize(source.Text);
    }

    public SourceText Source { get; }

    public List<Diagnostic> Errors { get; } = [];

    public Token Current => _tokens[_at];

    public TokenKind Kind => _tokens[_at].Kind;

    public TokenKind NextKind => _at + 1 < _tokens.Length ? _tokens[_at + 1].Kind : TokenKind.EndOfText;

    public bool AtEnd => Kind == TokenKind.EndOfText;

    /// <summary>The end of the token before the current one.</summary>
    public int LastEnd => _at == 0 ? 0 : _tokens[_at - 1].Span.End;

    public CedarLimits Limits => _limits;

    public ReadOnlySpan<char> TextOf(Token token) => Source.Slice(token.Span);

    public bool IsWord(string word) => Kind == TokenKind.Identifier && TextOf(Current).SequenceEqual(word);

    public Token Take()
    {
        var token = Current;
        if (!AtEnd)
        {
            _at++;
        }

        return token;
    }

    public bool TryTake(TokenKind kind)
    {
        if (Kind != kind)
        {
            return false;
        }

        _at++;
        return true;
    }

    public bool TryTakeWord(string word)
    {
        if (!IsWord(word))
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Takes a token that must be here.</summary>
    public bool Expect(TokenKind kind, string expected) => TryTake(kind) || Unexpected(expected);

    /// <summary>The span from an offset to the end of the token last taken.</summary>
    public SourceSpan SpanFrom(int start) => SourceSpan.Between(start, Math.Max(start, LastEnd));

    /// <summary>Goes one level down; every success is paired with a <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (_nesting >= _limits.NestingMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return Report(
                "syntax.nesting",
                $"More than {_limits.NestingMax} levels of nesting.",
                "Split the expression into several clauses.",
                Current.Span);
        }

        _nesting++;
        return true;
    }

    public void Leave() => _nesting--;

    /// <summary>Starts afresh after a mistake, behind the next semicolon.</summary>
    public void Recover()
    {
        _nesting = 0;
        while (!AtEnd && !TryTake(TokenKind.Semicolon))
        {
            _at++;
        }

        if (Errors.Count >= ErrorsMax)
        {
            _at = _tokens.Length - 1;
        }
    }

    /// <summary>Reports what stands here where something else should; always false.</summary>
    public bool Unexpected(string expected)
    {
        var text = TextOf(Current);
        return Kind switch
        {
            TokenKind.EndOfText =>
                Report("syntax.unexpected", $"The text ends; expected {expected}.", "", Current.Span),
            TokenKind.Invalid when text[0] == '"' =>
                Report(
                    "syntax.string",
                    "This text has no closing quote.",
                    "Close it with \".",
                    new SourceSpan(Current.Span.Start, 1)),
            TokenKind.Invalid when text[0] == '\'' =>
                Report("syntax.token", "Texts have double quotes.", "Write \"...\" instead of '...'.", Current.Span),
            TokenKind.Invalid when text[0] is '&' or '|' =>
                Report("syntax.token", $"'{text}' is no operator.", $"Write {text}{text}.", Current.Span),
            TokenKind.Invalid =>
                Report(
                    "syntax.token",
                    $"'{Shown(text)}' is no part of the language.",
                    "Remove it, or put it into quotes.",
                    Current.Span),
            TokenKind.Assign =>
                Report(
                    "syntax.unexpected",
                    $"'=' is no operator; expected {expected}.",
                    "To compare, write ==.",
                    Current.Span),
            TokenKind.Slash or TokenKind.Percent =>
                Report(
                    "syntax.operator",
                    "Cedar has no division and no remainder.",
                    "Compute it before the request.",
                    Current.Span),
            _ =>
                Report(
                    "syntax.unexpected",
                    $"Expected {expected}, found '{Shown(text)}'.",
                    MendForWord(text),
                    Current.Span),
        };
    }

    /// <summary>Records a mistake; always false.</summary>
    public bool Report(string code, string message, string mend, SourceSpan span)
    {
        if (Errors.Count < ErrorsMax)
        {
            Errors.Add(new Diagnostic(code, message, mend, span, Source.PositionAt(span.Start)));
        }

        return false;
    }

    /// <summary>Unescapes a string token.</summary>
    public bool TryUnescape(Token token, bool pattern, out string text)
    {
        var inside = new SourceSpan(token.Span.Start + 1, token.Span.Length - 2);
        var raw = Source.Slice(inside);
        if (!StringEscapes.TryUnescape(raw, pattern, out text, out var bad))
        {
            var place = new SourceSpan(inside.Start + bad.Start, bad.Length);
            return raw[bad.Start] == '\r'
                ? Report("syntax.escape", "A bare carriage return in a text.", "Write \\r.", place)
                : Report("syntax.escape", $"'{Shown(raw.Slice(bad.Start, bad.Length))}' is no escape.",
                    "There are \\\" \\' \\\\ \\n \\r \\t \\0 \\x7f and \\u{1f600}, and \\* in a pattern.", place);
        }

        // A lone surrogate is no character: it could not be written out again.
        for (var i = raw.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < raw.Length; i++)
        {
            if (char.IsHighSurrogate(raw[i]) && i + 1 < raw.Length && char.IsLowSurrogate(raw[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(raw[i]))
            {
                return Report(
                    "syntax.token",
                    "Half of a surrogate pair in a text.",
                    "Save the text as valid Unicode.",
                    new SourceSpan(inside.Start + i, 1));
            }
        }

        return true;
    }

    private static string MendForWord(ReadOnlySpan<char> word) => word switch
    {
        "and" => "Write &&.",
        "or" => "Write ||.",
        "not" => "Write !.",
        _ => "",
    };

    private static string Shown(ReadOnlySpan<char> text)
    {
        var shown = new System.Text.StringBuilder();
        StringEscapes.AppendEscaped(shown, text.Length > 40 ? text[..40] : text, pattern: false);
        return shown.Append(text.Length > 40 ? "..." : "").ToString();
    }
}
