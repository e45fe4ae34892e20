namespace Sallyport.Decisions;

/// <summary>What kind of act a rule lets through. Every rule declares it; the default is <see cref="Read"/> for GET and HEAD without content, else <see cref="Effect"/>.</summary>
public enum ActionClass
{
    /// <summary>Brings text in and changes nothing outside.</summary>
    Read,

    /// <summary>May change something outside, or carries data out: the inner door.</summary>
    Effect,

    /// <summary>A call to a model: carries the run's own context to a provider that the organisation trusts with it.</summary>
    Model,
}
