namespace Sallyport.Range.Network;

/// <summary>
/// A post as the network stores it. Its text is a stranger's and is only ever carried, never interpreted.
/// </summary>
internal sealed record Post
{
    public required Guid Id { get; init; }

    public required string Title { get; init; }

    public required string Content { get; init; }

    public string? Url { get; init; }

    public required string Author { get; init; }

    public required string Submolt { get; init; }

    public required int Upvotes { get; init; }

    public required int Downvotes { get; init; }

    /// <summary>What the recorded post claimed; the comments themselves are often not part of the data.</summary>
    public int RecordedComments { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public int Score => Upvotes - Downvotes;
}

/// <summary>
/// A comment; <see cref="ParentId"/> names another comment of the same post, or nothing for a top-level one.
/// </summary>
internal sealed record Comment
{
    public required Guid Id { get; init; }

    public required Guid PostId { get; init; }

    public Guid? ParentId { get; init; }

    public required string Content { get; init; }

    public required string Author { get; init; }

    public required int Upvotes { get; init; }

    public required int Downvotes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public int Score => Upvotes - Downvotes;
}
