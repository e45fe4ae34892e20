using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>What a scope can ask of the principal or the resource, besides nothing.</summary>
internal enum AtomForm
{
    Equal, // == E
    In, // in E
    Is, // is T
}

/// <summary>
/// What scopes ask of the principal, or of the resource, each question once and with a number: 0 for nothing at all.
/// <c>is T in E</c> is filed as <c>in E</c>, and its type looked at afterwards.
/// </summary>
/// <param name="Form">The question.</param>
/// <param name="Type">The type that is asked for, or that of the entity.</param>
/// <param name="Id">The entity's id; empty for <see cref="AtomForm.Is"/>.</param>
internal readonly record struct AtomKey(AtomForm Form, EntityTypeName Type, string Id)
{
    /// <summary>The hash of a question about an entity.</summary>
    public static int Hash(AtomForm form, EntityUid uid) => uid.GetHashCode() + (int)form;

    /// <summary>The hash of a question about a type.</summary>
    public static int Hash(EntityTypeName type) => type.GetHashCode() + (int)AtomForm.Is;

    public static AtomKey? Of(EntityScope scope) => scope switch
    {
        EntityScope.Any => null,
        EntityScope.Is @is => new AtomKey(AtomForm.Is, @is.Type, ""),
        _ => new AtomKey(
            scope is EntityScope.Equal ? AtomForm.Equal : AtomForm.In,
            scope.Entity!.Type, scope.Entity.Id), // not null: neither Any nor Is, and a policy has no slots
    };

    public int Hash() => Form == AtomForm.Is ? Hash(Type) : Hash(Form, new EntityUid(Type, Id));
}

/// <summary>A run of policies in the arrays of a <see cref="ScopePairs"/>.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct PostingRange(int First, int Count);

/// <summary>An atom that holds for a request.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Partners">
/// One bit for each atom of the other side, 0 left out, that some scope pairs it with: that of the number, modulo 64.
/// Where the bit of an atom is not set there is no such pair, and nothing needs to be looked up.
/// </param>
/// <param name="Alone">The policies that ask this, and nothing of the other side.</param>
internal readonly record struct Atom(int Number, ulong Partners, PostingRange Alone)
{
    /// <summary>Whether some scope may ask for both; false only if certainly none does.</summary>
    public bool MayMeet(in Atom other) => (((Partners >> other.Number) & (other.Partners >> Number)) & 1) != 0;
}

/// <summary>Numbers atoms, and notes which ones occur together.</summary>
internal sealed class AtomsBuilder
{
    private readonly Dictionary<AtomKey, int> _numbers = [];
    private readonly List<ulong> _partners = [0];
    private readonly Dictionary<int, PostingRange> _alone = [];

    public int Add(EntityScope scope)
    {
        if (AtomKey.Of(scope) is not { } key)
        {
            return 0;
        }

        if (!_numbers.TryGetValue(key, out var number))
        {
            number = _partners.Count;
            _numbers.Add(key, number);
            _partners.Add(0);
        }

        return number;
    }

    /// <summary>Notes the policies that ask for an atom, and for nothing on the other side.</summary>
    public void SetAlone(int atom, PostingRange policies) => _alone[atom] = policies;

    /// <summary>Notes that some policy asks for an atom of this side and for one of the other side.</summary>
    public void Pair(int own, int other) => _partners[own] |= 1UL << other;

    public ScopeAtoms Build() => new([.. _numbers.Select(pair => (pair.Key, Make(pair.Value)))]);

    private Atom Make(int number) => new(number, _partners[number], _alone.GetValueOrDefault(number));
}
