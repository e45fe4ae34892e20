namespace Sallyport.Cedar.Syntax;

/// <summary>The kinds of token, of policies and of schemas.</summary>
internal enum TokenKind
{
    EndOfText,
    Invalid,
    Identifier, // reserved words too
    Integer,
    String,
    Slot,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Semicolon,
    Colon,
    PathSeparator,
    Dot,
    At,
    Question,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
}

/// <summary>One token: what it is and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, SourceSpan Span);
