namespace Sallyport.Cedar.Syntax;

/// <summary>
/// Splits a text into tokens. Never fails: what is no token becomes <see cref="TokenKind.Invalid"/>, and the parser
/// says so with the place. Used by the policy and by the schema parser.
/// </summary>
internal static class Lexer
{
    /// <summary>All tokens, the last one <see cref="TokenKind.EndOfText"/>.</summary>
    public static Token[] Tokenize(string text)
    {
        var tokens = new List<Token>((text.Length / 4) + 1);
        var at = SkipBlank(text, 0);
        while (at < text.Length)
        {
            var (kind, length) = Next(text, at);
            tokens.Add(new Token(kind, new SourceSpan(at, length)));
            at = SkipBlank(text, at + length);
        }

        tokens.Add(new Token(TokenKind.EndOfText, new SourceSpan(text.Length, 0)));
        return [.. tokens];
    }

    private static int SkipBlank(string text, int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '/' && at + 1 < text.Length && text[at + 1] == '/')
            {
                var end = text.AsSpan(at).IndexOfAny('\n', '\r');
                at = end < 0 ? text.Length : at + end;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static (TokenKind Kind, int Length) Next(string text, int at)
    {
        var c = text[at];
        if (Identifiers.IsStart(c))
        {
            return (TokenKind.Identifier, Run(text, at, Identifiers.IsPart));
        }

        if (char.IsAsciiDigit(c))
        {
            return (TokenKind.Integer, Run(text, at, char.IsAsciiDigit));
        }

        return c switch
        {
            '"' => ReadString(text, at),
            '?' => ReadSlot(text, at),
            _ => ReadSymbol(c, at + 1 < text.Length ? text[at + 1] : '\0'),
        };
    }

    private static int Run(string text, int at, Func<char, bool> belongs)
    {
        var end = at + 1;
        while (end < text.Length && belongs(text[end]))
        {
            end++;
        }

        return end - at;
    }

    private static (TokenKind Kind, int Length) ReadString(string text, int at)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return (TokenKind.String, i + 1 - at);
                case '\\' when i + 1 < text.Length && text[i + 1] != '\n':
                    i++;
                    break;
                case '\\':
                    return (TokenKind.Invalid, i + 1 - at);
            }
        }

        return (TokenKind.Invalid, text.Length - at);
    }

    private static (TokenKind Kind, int Length) ReadSlot(string text, int at) =>
        at + 1 < text.Length && Identifiers.IsStart(text[at + 1])
            ? (TokenKind.Slot, 1 + Run(text, at + 1, Identifiers.IsPart))
            : (TokenKind.Question, 1);

    private static (TokenKind Kind, int Length) ReadSymbol(char c, char next) => (c, next) switch
    {
        (':', ':') => (TokenKind.PathSeparator, 2),
        ('=', '=') => (TokenKind.Equal, 2),
        ('!', '=') => (TokenKind.NotEqual, 2),
        ('<', '=') => (TokenKind.LessOrEqual, 2),
        ('>', '=') => (TokenKind.GreaterOrEqual, 2),
        ('&', '&') => (TokenKind.And, 2),
        ('|', '|') => (TokenKind.Or, 2),
        _ => (ReadSymbol(c), 1),
    };

    private static TokenKind ReadSymbol(char c) => c switch
    {
        '(' => TokenKind.OpenParen,
        ')' => TokenKind.CloseParen,
        '[' => TokenKind.OpenBracket,
        ']' => TokenKind.CloseBracket,
        '{' => TokenKind.OpenBrace,
        '}' => TokenKind.CloseBrace,
        ',' => TokenKind.Comma,
        ';' => TokenKind.Semicolon,
        ':' => TokenKind.Colon,
        '.' => TokenKind.Dot,
        '@' => TokenKind.At,
        '=' => TokenKind.Assign,
        '<' => TokenKind.Less,
        '>' => TokenKind.Greater,
        '!' => TokenKind.Not,
        '+' => TokenKind.Plus,
        '-' => TokenKind.Minus,
        '*' => TokenKind.Star,
        '/' => TokenKind.Slash,
        '%' => TokenKind.Percent,
        _ => TokenKind.Invalid,
    };
}
