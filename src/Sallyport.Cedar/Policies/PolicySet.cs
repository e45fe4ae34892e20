using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Policies;

/// <summary>
/// Policies and templates by id, in the order in which they were added. Immutable: every change makes a new set.
/// </summary>
public sealed class PolicySet
{
    private readonly ImmutableDictionary<string, int> _policyIndex;
    private readonly ImmutableDictionary<string, int> _templateIndex;

    private PolicySet(
        ImmutableArray<Policy> policies,
        ImmutableArray<Template> templates,
        ImmutableDictionary<string, int>? policyIndex = null,
        ImmutableDictionary<string, int>? templateIndex = null)
    {
        Policies = policies;
        Templates = templates;
        _policyIndex = policyIndex
            ?? policies.Select((
                p, i) => KeyValuePair.Create(p.Id.Value, i)).ToImmutableDictionary(StringComparer.Ordinal);
        _templateIndex = templateIndex
            ?? templates.Select((
                t, i) => KeyValuePair.Create(t.Id.Value, i)).ToImmutableDictionary(StringComparer.Ordinal);
    }

    /// <summary>The set without policies.</summary>
    public static PolicySet Empty { get; } = new([], []);

    /// <summary>The policies, static and linked.</summary>
    public ImmutableArray<Policy> Policies { get; }

    /// <summary>The templates.</summary>
    public ImmutableArray<Template> Templates { get; }

    /// <summary>
    /// Reads policies and templates in human syntax. Statements are named <c>policy0</c>, <c>policy1</c> and so on in
    /// the order of the text, templates included, as the official implementation does.
    /// </summary>
    public static Parsed<PolicySet> Parse(string text, CedarLimits? limits = null)
    {
        var parsed = PolicyParser.Parse(text, limits ?? CedarLimits.Default);
        return parsed.TryGet(out var bodies)
            ? Create(bodies.Select((
                body, i) => (new PolicyId(string.Create(CultureInfo.InvariantCulture, $"policy{i}")), body)))
            : new Parsed<PolicySet>(parsed.Errors);
    }

    /// <summary>Makes a set of bodies; those with slots become templates.</summary>
    /// <returns>The set, or an error for every id that occurs twice.</returns>
    public static Parsed<PolicySet> Create(IEnumerable<(PolicyId Id, PolicyBody Body)> bodies)
    {
        var policies = ImmutableArray.CreateBuilder<Policy>();
        var templates = ImmutableArray.CreateBuilder<Template>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var errors = new List<Diagnostic>();
        foreach (var (id, body) in bodies)
        {
            if (!ids.Add(id.Value))
            {
                errors.Add(DuplicateId(id));
            }
            else if (body.IsTemplate)
            {
                templates.Add(new Template(id, body));
            }
            else
            {
                policies.Add(new Policy(id, body, link: null));
            }
        }

        return errors.Count > 0
            ? new Parsed<PolicySet>(errors)
            : new Parsed<PolicySet>(new PolicySet(policies.ToImmutable(), templates.ToImmutable()));
    }

    /// <summary>The policy with this id.</summary>
    public bool TryGetPolicy(PolicyId id, [NotNullWhen(true)] out Policy? policy)
    {
        policy = _policyIndex.TryGetValue(id.Value, out var index) ? Policies[index] : null;
        return policy is not null;
    }

    /// <summary>The template with this id.</summary>
    public bool TryGetTemplate(PolicyId id, [NotNullWhen(true)] out Template? template)
    {
        template = _templateIndex.TryGetValue(id.Value, out var index) ? Templates[index] : null;
        return template is not null;
    }

    /// <summary>This set with one more policy or template.</summary>
    /// <exception cref="CedarException">The id is taken.</exception>
    public PolicySet Add(PolicyId id, PolicyBody body)
    {
        RequireFree(id);
        return body.IsTemplate
            ? new PolicySet(Policies, Templates.Add(new Template(id, body)), _policyIndex)
            : With(new Policy(id, body, link: null));
    }

    /// <summary>This set with all of another.</summary>
    /// <exception cref="CedarException">An id is in both.</exception>
    public PolicySet AddRange(PolicySet other)
    {
        foreach (var id in other.Policies.Select(p => p.Id).Concat(other.Templates.Select(t => t.Id)))
        {
            RequireFree(id);
        }

        return new PolicySet(Policies.AddRange(other.Policies), Templates.AddRange(other.Templates));
    }

    /// <summary>This set with a policy linked from one of its templates.</summary>
    /// <exception cref="CedarException">
    /// The id is taken, there is no such template, or the values do not fit its slots.
    /// </exception>
    public PolicySet Link(PolicyId template, PolicyId id, SlotValues values)
    {
        return With(MakeLink(id, template, values));
    }

    /// <summary>This set with many linked policies at once; for more than a few, faster than one by one.</summary>
    /// <exception cref="CedarException">As for <see cref="Link"/>, for the first link that is wrong.</exception>
    public PolicySet LinkAll(IEnumerable<(PolicyId Id, PolicyId Template, SlotValues Values)> links)
    {
        var policies = Policies.ToBuilder();
        var ids = _policyIndex.ToBuilder();
        foreach (var (id, template, values) in links)
        {
            var linked = MakeLink(id, template, values);
            if (!ids.TryAdd(id.Value, policies.Count))
            {
                throw new CedarException([DuplicateId(id)]);
            }

            policies.Add(linked);
        }

        return new PolicySet(policies.ToImmutable(), Templates, ids.ToImmutable(), _templateIndex);
    }

    /// <summary>This set without a policy or template; unchanged if there is none of this id.</summary>
    /// <exception cref="CedarException">The template is still linked.</exception>
    public PolicySet Remove(PolicyId id)
    {
        if (_policyIndex.TryGetValue(id.Value, out var policy))
        {
            return new PolicySet(Policies.RemoveAt(policy), Templates, templateIndex: _templateIndex);
        }

        if (!_templateIndex.TryGetValue(id.Value, out var template))
        {
            return this;
        }

        return Policies.FirstOrDefault(p => p.Link?.Template == id) is { } linked
            ? throw new CedarException($"The policy '{linked.Id}' is linked from the template '{id}': remove it first.")
            : new PolicySet(Policies, Templates.RemoveAt(template), _policyIndex);
    }

    /// <summary>
    /// All static policies and templates in human syntax. Links have no human syntax and are left out.
    /// </summary>
    public override string ToString() => string.Join(
        "\n\n", Policies.Where(p => p.Link is null).Select(p => p.Body).Concat(Templates.Select(t => t.Body)));

    internal static Diagnostic DuplicateId(PolicyId id) =>
        Diagnostic.Unplaced(
            "policy.duplicate-id", $"The id '{id}' is used twice.", "Give every policy and template an id of its own.");

    private Policy MakeLink(PolicyId id, PolicyId template, SlotValues values)
    {
        RequireFree(id);
        if (!TryGetTemplate(template, out var found))
        {
            throw new CedarException(_policyIndex.ContainsKey(template.Value)
                ? $"'{template}' is a static policy: it has no slot to link."
                : $"There is no template '{template}'.");
        }

        return found.Link(id, values, out var fault) ?? throw new CedarException(fault);
    }

    private PolicySet With(Policy policy) =>
        new(Policies.Add(policy), Templates, _policyIndex.Add(policy.Id.Value, Policies.Length), _templateIndex);

    private void RequireFree(PolicyId id)
    {
        if (_policyIndex.ContainsKey(id.Value) || _templateIndex.ContainsKey(id.Value))
        {
            throw new CedarException([DuplicateId(id)]);
        }
    }
}
