using System.Diagnostics;
using System.Runtime.InteropServices;
using Sallyport.Verbs;

namespace Sallyport.Host;

/// <summary>While this lives, a polite kill or a hang-up of ours is a child's, and we stay to see how it ends.</summary>
/// <remarks>Made before the child is started, so that no signal falls between. Ctrl-C reaches the child by itself, since it is in
/// the same terminal's foreground group: it is only kept from ending us.</remarks>
internal sealed class PassedSignals : IDisposable
{
    private const int SigHup = 1;
    private const int SigTerm = 15;

    private readonly Lock gate = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly CancellationTokenSource stop = new();
    private readonly bool isSeries;
    private Process? child; // Under the gate, as are the next two.
    private int early;
    private ExitCode? exit;

    /// <summary>Holds every signal from here on.</summary>
    /// <param name="isSeries">Whether one child follows another: then the first signal of any kind is the end of that,
    /// though not of the child that is there.</param>
    public PassedSignals(bool isSeries = false)
    {
        this.isSeries = isSeries;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Pass(context, SigTerm)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Pass(context, SigHup)),
        ];
    }

    /// <summary>Whether one child follows another.</summary>
    public bool IsSeries => isSeries;

    /// <summary>Cancelled when a series is to end.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>With which exit code it is to end; null while it is not.</summary>
    public ExitCode? Exit
    {
        get
        {
            lock (gate)
            {
                return exit;
            }
        }
    }

    /// <summary>The child has ended: no signal is for its number any more.</summary>
    public void Ended()
    {
        lock (gate)
        {
            child = null;
        }
    }

    /// <summary>Starts the child and passes on what came before it was there.</summary>
    public void Start(Process started)
    {
        lock (gate)
        {
            started.Start();
            child = started;
            if (early != 0)
            {
                _ = Kill(child.Id, early);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        stop.Dispose();
    }

    private void Stop(PosixSignalContext context, ExitCode code)
    {
        context.Cancel = true;
        if (!isSeries)
        {
            return;
        }

        lock (gate)
        {
            exit ??= code;
        }

        stop.Cancel();
    }

    private void Pass(PosixSignalContext context, int signal)
    {
        Stop(context, ExitCode.Terminated);
        lock (gate)
        {
            if (child is null)
            {
                early = signal;
            }
            else
            {
                _ = Kill(child.Id, signal);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
