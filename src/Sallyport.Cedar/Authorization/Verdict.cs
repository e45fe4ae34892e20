using System.Collections.Immutable;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>
/// Where an authorization writes its outcome, and the working memory of doing so. Reused from request to request it
/// makes <see cref="CompiledPolicySet.Authorize(Request, Entities.EntityStore, Verdict)"/> free of allocation. Owned by
/// one thread at a time; what it holds is valid until it is used again.
/// </summary>
public sealed class Verdict
{
    private readonly List<int> _permits = [];
    private readonly List<int> _forbids = [];
    private readonly List<(int Policy, EvaluationFault Fault)> _errors = [];
    private CompiledPolicySet? _policies;

    /// <summary>The decision; deny before the first use.</summary>
    public Decision Decision => _forbids.Count == 0 && _permits.Count > 0 ? Decision.Allow : Decision.Deny;

    /// <summary>The number of determining policies.</summary>
    public int ReasonCount => Determining.Count;

    /// <summary>The number of policies that failed.</summary>
    public int ErrorCount => _errors.Count;

    /// <summary>Whether a forbid is satisfied; a deny without one means that nothing permits.</summary>
    public bool IsForbidden => _forbids.Count > 0;

    internal EvaluationState State { get; } = new();

    internal ScopeScratch Scratch { get; } = new();

    private List<int> Determining => _forbids.Count > 0 ? _forbids : _permits;

    /// <summary>A determining policy, in the order of the set.</summary>
    public Policy ReasonAt(int index) => Policies.PolicyAt(Determining[index]);

    /// <summary>A policy that failed, in the order of the set.</summary>
    public Policy ErrorAt(int index) => Policies.PolicyAt(_errors[index].Policy);

    /// <summary>Copies everything into a response of its own.</summary>
    public Response ToResponse()
    {
        var reasons = ImmutableArray.CreateBuilder<Policy>(ReasonCount);
        foreach (var policy in Determining)
        {
            reasons.Add(Policies.PolicyAt(policy));
        }

        var errors = ImmutableArray.CreateBuilder<PolicyError>(ErrorCount);
        foreach (var (policy, fault) in _errors)
        {
            errors.Add(new PolicyError(Policies.PolicyAt(policy), fault.ToError()));
        }

        return new Response(Decision, reasons.DrainToImmutable(), errors.DrainToImmutable(), Policies.Hash);
    }

    internal void Begin(CompiledPolicySet policies)
    {
        _policies = policies;
        Scratch.BeginFacts(policies.PrefilterAttributes);
        _permits.Clear();
        _forbids.Clear();
        _errors.Clear();
    }

    internal PrefilterAnswer Ask(in Prefilter prefilter) => prefilter.Kind == PrefilterKind.None
        ? PrefilterAnswer.Unknown
        : prefilter.Ask(Scratch.FactsOf(prefilter.Attribute, State.Context));

    /// <summary>Evaluates a policy whose scope holds.</summary>
    internal void Evaluate(int index, bool isForbid, Node? conditions)
    {
        var value = conditions is null ? Values.Value.True : conditions.Evaluate(State);
        if (value.IsTrue)
        {
            AddSatisfied(index, isForbid);
        }
        else if (!value.IsBool || value.IsFailure)
        {
            AddError(index, value);
        }
    }

    /// <summary>Notes a policy that is satisfied.</summary>
    internal void AddSatisfied(int index, bool isForbid) => (isForbid ? _forbids : _permits).Add(index);

    /// <summary>Puts everything into the order of the set.</summary>
    internal void End()
    {
        Sort(_permits);
        Sort(_forbids);
        if (_errors.Count > 1)
        {
            _errors.Sort(static (left, right) => left.Policy.CompareTo(right.Policy));
        }
    }

    private CompiledPolicySet Policies =>
        _policies ?? throw new InvalidOperationException("Nothing was authorized yet.");

    private static void Sort(List<int> indices)
    {
        if (indices.Count > 1)
        {
            indices.Sort();
        }
    }

    private void AddError(int index, Values.Value value)
    {
        if (!value.IsFailure)
        {
            State.FailType(Policies.PolicyAt(index).Body.Conditions[0].Body, "a bool", value);
        }

        _errors.Add((index, State.Fault));
    }
}
