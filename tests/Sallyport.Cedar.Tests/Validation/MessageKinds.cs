namespace Sallyport.Cedar.Validation;

/// <summary>The kinds of the official validator's messages, which it gives as sentences.</summary>
internal static class MessageKinds
{
    private static readonly (string Part, ValidationKind Kind)[] s_parts =
    [
        ("empty set literals are forbidden", ValidationKind.EmptySet),
        ("unable to guarantee safety of access to tag", ValidationKind.UnsafeTag),
        ("unable to guarantee safety of access to optional attribute", ValidationKind.UnsafeAttribute),
        ("error during extension function argument validation", ValidationKind.ExtensionArgument),
        ("unable to find an applicable action", ValidationKind.InapplicableScope),
        ("unrecognized entity type", ValidationKind.UnrecognizedEntityType),
        ("unrecognized action", ValidationKind.UnrecognizedAction),
        ("extension constructors may not be called with non-literal", ValidationKind.ComputedExtensionArgument),
        ("wrong number of arguments", ValidationKind.ArgumentCount),
        ("unexpected type", ValidationKind.UnexpectedType),
        ("is of an enumerated entity type", ValidationKind.UndeclaredId),
        ("are not compatible", ValidationKind.IncompatibleTypes),
        ("tags are not allowed", ValidationKind.NoTags),
        ("not found", ValidationKind.UnknownAttribute),
    ];

    /// <summary>The kind of a message; a message that is not known fails the test.</summary>
    public static ValidationKind Of(string message)
    {
        var found = s_parts.Where(p => message.Contains(p.Part, StringComparison.Ordinal))
            .Select(p => (ValidationKind?)p.Kind).FirstOrDefault();
        Assert.True(found is not null, $"This message is of no known kind: {message}");
        return found.Value;
    }
}
