using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>
/// Finds the policies whose scope can hold for a request, so that cost follows those, not all that exist. Exact: scopes
/// cannot fail, so leaving out a policy whose scope does not hold changes neither decision nor reasons nor errors.
/// </summary>
/// <remarks>
/// Policies are grouped by what their scope asks of the action: anything, one action, or an action group. Within a
/// group <see cref="ScopePairs"/> finds them by principal and resource.
/// </remarks>
internal sealed class ScopeIndex
{
    private readonly ScopePairs? _anyAction;
    private readonly UidTable<ActionGroup> _actions;

    public ScopeIndex(CompiledPolicy[] policies)
    {
        var any = new ScopePairsBuilder(group: null);
        var builders = new UidTable<(ScopePairsBuilder? Equal, ScopePairsBuilder? In)>(16);
        for (var i = 0; i < policies.Length; i++)
        {
            var body = policies[i].Policy.Body;
            if (body.Action is ActionScope.Any)
            {
                any.Add(i, body);
            }

            // A policy with several groups is filed under each; ScopePairs sees to it that it is met once.
            foreach (var uid in body.Action.Entities.Distinct())
            {
                ref var group = ref builders.GetOrAdd(uid, out _);
                (body.Action is ActionScope.Equal ? group.Equal ??= new(uid) : group.In ??= new(uid)).Add(i, body);
            }
        }

        _anyAction = any.Build(policies);
        _actions = new UidTable<ActionGroup>(builders.Count);
        foreach (var (uid, (equal, @in)) in builders.Entries)
        {
            _actions.GetOrAdd(uid, out _) = new ActionGroup(equal?.Build(policies), @in?.Build(policies));
        }
    }

    /// <summary>Evaluates every policy whose scope holds, each once, in no particular order.</summary>
    public void Visit(Verdict verdict)
    {
        _anyAction?.Visit(verdict);
        var state = verdict.State;
        if (_actions.TryGet(state.Action, out var own))
        {
            own.Equal?.Visit(verdict);
            own.In?.Visit(verdict);
        }

        if (state.ActionEntity is not { } action)
        {
            return;
        }

        foreach (var ancestor in action.Ancestors)
        {
            if (_actions.TryGet(ancestor, out var group))
            {
                group.In?.Visit(verdict);
            }
        }
    }

    private readonly record struct ActionGroup(ScopePairs? Equal, ScopePairs? In);
}
