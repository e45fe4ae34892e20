namespace Sallyport.Cedar.Validation;

/// <summary>
/// Counts work down. When it is used up, whoever computes gives up at once with whatever answer costs least, and the
/// edge reports the limit: no policy, however hostile, takes longer.
/// </summary>
internal sealed class StepBudget(long steps)
{
    private long _left = steps;

    public bool IsExhausted => _left <= 0;

    /// <summary>False if nothing is left.</summary>
    public bool TrySpend(long steps = 1)
    {
        _left -= steps;
        return _left > 0;
    }
}
