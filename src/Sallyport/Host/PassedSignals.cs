using System.Diagnostics;
using System.Runtime.InteropServices;

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
    private Process? child; // Under the gate, as is the next.
    private int early;

    /// <summary>Holds every signal from here on.</summary>
    public PassedSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Pass(context, SigTerm)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Pass(context, SigHup)),
    ];

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
    public void Dispose() => Array.ForEach(registrations, registration => registration.Dispose());

    private void Pass(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
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
