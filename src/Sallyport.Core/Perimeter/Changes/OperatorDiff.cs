using Sallyport.Decisions.Approvals;

namespace Sallyport.Perimeter.Changes;

/// <summary>What differs in who may be asked, and how they prove who they are.</summary>
internal static class OperatorDiff
{
    public static IEnumerable<PerimeterChange> Of(ApprovalRules before, ApprovalRules after)
    {
        foreach (var old in before.Operators.Values)
        {
            if (!after.Operators.TryGetValue(old.Name, out var now))
            {
                yield return Change(old.Name, $"is gone{(old.KeyPem is null ? "" : ", and their key with them")}");
            }
            else if (old.KeyPem is not null && now.KeyPem is null)
            {
                yield return Change(old.Name, "has no key any more: nothing that they do is signed");
            }
            else if (old.KeyPem != now.KeyPem)
            {
                yield return Change(
                    old.Name, old.KeyPem is null ? "has a key" : "has another key: what the old one signs is refused");
            }
        }

        foreach (var now in after.Operators.Values.Where(now => !before.Operators.ContainsKey(now.Name)))
        {
            yield return Change(now.Name, $"is new{(now.KeyPem is null ? ", without a key" : "")}");
        }

        if (HasKey(before) && !HasKey(after))
        {
            yield return new PerimeterChange(
                ChangeDirection.Widens, "operators",
                "no operator has a key any more: apply, thaw, approvals and the like no longer ask for a signature");
        }
    }

    private static bool HasKey(ApprovalRules rules) => rules.Operators.Values.Any(one => one.KeyPem is not null);

    // Who may answer for whom policies say: nobody can tell here what more or less of them allows.
    private static PerimeterChange Change(string name, string what) =>
        new(ChangeDirection.MayWiden, $"operator {name}", what);
}
