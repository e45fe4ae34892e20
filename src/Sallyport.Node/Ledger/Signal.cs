namespace Sallyport.Ledger;

/// <summary>Wakes one thread. Holds nothing of the system's, so that it may be set after that thread has
/// ended.</summary>
internal sealed class Signal
{
    private readonly object gate = new();
    private bool isSet;

    /// <summary>Ends the wait that is going on, or the next one.</summary>
    public void Set()
    {
        lock (gate)
        {
            isSet = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits until it is set.</summary>
    public void Wait() => Wait(Timeout.InfiniteTimeSpan);

    /// <summary>Waits until it is set, or so long.</summary>
    public void Wait(TimeSpan most)
    {
        lock (gate)
        {
            while (!isSet && Monitor.Wait(gate, most))
            {
                // Woken: it is set, unless another wait has had it.
            }

            isSet = false;
        }
    }
}
