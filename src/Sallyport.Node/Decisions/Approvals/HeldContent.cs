using System.Collections.Immutable;

namespace Sallyport.Decisions.Approvals;

/// <summary>What a person is shown of a held act beside what the ledger keeps. In memory alone: bodies are in no
/// ledger, and after a restart only the digest is left.</summary>
/// <param name="BodyBytes">Length of the body.</param>
/// <param name="Body">The body, whole; its first <see cref="BodyStartMax"/> bytes where <see cref="Trimmed"/>.</param>
/// <param name="Fields">The fields that go out with it; the values of credentials are left out.</param>
/// <param name="Arguments">Whose text its arguments are.</param>
public sealed record HeldContent(
    int BodyBytes, ReadOnlyMemory<byte> Body, ImmutableArray<HeldField> Fields,
    ImmutableArray<ArgumentOrigin> Arguments)
{
    /// <summary>Most bytes of a body that are shown in a listing.</summary>
    public const int BodyStartMax = 4_096;

    // A name that has one of these in it may carry what opens something: better one value too many that is not shown.
    private static readonly ImmutableArray<string> Credentials =
        ["auth", "cookie", "token", "secret", "key", "password", "session", "credential", "signature", "jwt"];

    /// <summary>Whether a person can be shown all of the body.</summary>
    public bool IsWhole => Body.Length == BodyBytes;

    /// <summary>The body's first bytes, at most <see cref="BodyStartMax"/>.</summary>
    public ReadOnlyMemory<byte> BodyStart => Body[..Math.Min(Body.Length, BodyStartMax)];

    /// <summary>What is shown of an act.</summary>
    public static HeldContent Of(WholeAct act, ImmutableArray<ArgumentOrigin> arguments)
    {
        ArgumentNullException.ThrowIfNull(act);
        return new HeldContent(
            act.Body.Length,
            act.Body.ToArray(),
            [
                .. act.Fields.Select(field => new HeldField(
                    field.Key,
                    Credentials.Any(word => field.Key.Contains(word, StringComparison.OrdinalIgnoreCase))
                        ? null
                        : field.Value)),
            ],
            arguments);
    }

    /// <summary>The same with no more than the start of its body.</summary>
    public HeldContent Trimmed() => IsWhole ? this with { Body = BodyStart.ToArray() } : this;
}

/// <summary>A field of a held act.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null where that may be a credential.</param>
public sealed record HeldField(string Name, string? Value);
