using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Authorization;

/// <summary>What prefilters may ask of one attribute of the context, found once a request.</summary>
internal readonly struct ContextFacts
{
    private readonly ValueKind _kind;

    public ContextFacts(RecordValue context, string name)
    {
        IsPresent = context.TryGet(name, out var value);
        _kind = value.Kind;
        Number = value.Bits;
        Signature = value.Signature;
        SetSignature = value.Reference is SetValue set ? set.Signature : 0;
    }

    public bool IsPresent { get; }

    public bool IsSet => IsPresent && _kind == ValueKind.Set;

    public bool IsLong => IsPresent && _kind == ValueKind.Long;

    public long Number { get; }

    public ulong Signature { get; }

    public ulong SetSignature { get; }
}
