using System.Globalization;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Decisions.Operators;

/// <summary>How the ledger names who did something: <c>operator:alice</c> has signed it, <c>uid:1000</c> is only a
/// user.</summary>
public static class ActAuthor
{
    private const string OperatorPrefix = "operator:";
    private const string UserPrefix = "uid:";

    /// <summary>An operator who has signed.</summary>
    public static string OfSigner(Operator by)
    {
        ArgumentNullException.ThrowIfNull(by);
        return OperatorPrefix + by.Name;
    }

    /// <summary>A user, who may be anybody that runs as it.</summary>
    public static string OfUser(uint uid) => string.Create(CultureInfo.InvariantCulture, $"{UserPrefix}{uid}");

    /// <summary>Whether two may be one person: the same user, or an operator who is that user or that person. A user
    /// who is no operator's may be any operator.</summary>
    /// <param name="one">An author, as the ledger names it.</param>
    /// <param name="other">Another.</param>
    /// <param name="rules">Who is who.</param>
    public static bool MayBeOne(string one, string other, ApprovalRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return one == other || IsAnybody(one, other, rules) || IsAnybody(other, one, rules)
            || PersonsOf(one, rules).Intersect(PersonsOf(other, rules), StringComparer.Ordinal).Any();
    }

    private static bool IsAnybody(string user, string other, ApprovalRules rules) =>
        user.StartsWith(UserPrefix, StringComparison.Ordinal) && !other.StartsWith(UserPrefix, StringComparison.Ordinal)
        && !PersonsOf(user, rules).Any();

    private static IEnumerable<string> PersonsOf(string author, ApprovalRules rules) => rules.Operators.Values
        .Where(person => author == OfSigner(person) || person.Uids.Any(uid => author == OfUser(uid)))
        .Select(person => person.Person);
}
