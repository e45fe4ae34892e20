using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Evaluation;

/// <summary>
/// What an expression is evaluated against, and the last error. Reused between requests; owned by one thread at a time.
/// </summary>
internal sealed class EvaluationState
{
    private EntityStore _entities = EntityStore.Empty;
    private EvaluationFault _fault;

    // Not null between Begin and End.
    public EntityUid Principal { get; private set; } = null!;

    public EntityUid Action { get; private set; } = null!;

    public EntityUid Resource { get; private set; } = null!;

    public RecordValue Context { get; private set; } = RecordValue.Empty;

    public StoredEntity? PrincipalEntity { get; private set; }

    public StoredEntity? ActionEntity { get; private set; }

    public StoredEntity? ResourceEntity { get; private set; }

    /// <summary>Why the last evaluation failed; of no meaning if it did not.</summary>
    public ref readonly EvaluationFault Fault => ref _fault;

    public void Begin(
        EntityUid principal, EntityUid action, EntityUid resource, RecordValue context, EntityStore entities)
    {
        _entities = entities;
        Principal = principal;
        Action = action;
        Resource = resource;
        Context = context;
        PrincipalEntity = entities.Find(principal);
        ActionEntity = entities.Find(action);
        ResourceEntity = entities.Find(resource);
    }

    public StoredEntity? Find(EntityUid uid) =>
        ReferenceEquals(uid, Principal) ? PrincipalEntity
        : ReferenceEquals(uid, Resource) ? ResourceEntity
        : _entities.Find(uid);

    public bool IsIn(EntityUid uid, EntityUid container) =>
        uid.Equals(container) || (Find(uid)?.HasAncestor(container) ?? false);

    public Value Fail(EvaluationErrorKind kind, Expr at, Value subject = default, string? detail = null)
    {
        _fault = new EvaluationFault(kind, at, subject, detail);
        return Value.Failure;
    }

    public Value FailType(Expr at, string expected, Value actual) =>
        Fail(EvaluationErrorKind.Type, at, actual, expected);
}
