using Sallyport.Console;
using Sallyport.Flow;

namespace Sallyport.Verbs;

/// <summary>Passes our standard input on to a command, each piece after the node has compared it.</summary>
internal static class InputRelay
{
    /// <summary>Whether there is input that could hold somebody's text: not from a terminal, where a person sits, and
    /// not from nowhere.</summary>
    public static bool IsNeeded()
    {
        if (!System.Console.IsInputRedirected)
        {
            return false;
        }

        try
        {
            return new FileInfo("/proc/self/fd/0").LinkTarget is not "/dev/null";
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Passes it on until it ends, or until the command takes no more.</summary>
    /// <param name="node">Compares it.</param>
    /// <param name="run">Whose input it is.</param>
    /// <param name="to">The command's end; closed at the end.</param>
    /// <param name="quiet">Whether nothing is told of what was found.</param>
    public static async Task RunAsync(NodeClient node, RunOpened run, Stream to, bool quiet)
    {
        await using var from = System.Console.OpenStandardInput();
        var buffer = new byte[InputIntake.PieceMax];
        var isCompared = true;
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, CancellationToken.None)) > 0)
            {
                var piece = buffer.AsMemory(0, read);
                if (isCompared)
                {
                    var answer = await node.PostBytesAsync(
                        $"runs/{run.Run}/input", piece, ApiJson.Default.InputAnswer, CancellationToken.None);
                    isCompared = answer.More;
                    quiet = Tell(answer, quiet);
                }

                await to.WriteAsync(piece, CancellationToken.None);
                await to.FlushAsync(CancellationToken.None);
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The command has closed its input, or has ended.
        }
        catch (FaultException failed)
        {
            Print.Warning(
                new Fault(
                    "run.input",
                    $"The rest of the standard input is not passed on: {failed.Fault.Detail} ({failed.Fault.Code})",
                    failed.Fault.Mend),
                json: false);
        }

        await to.DisposeAsync();
    }

    private static bool Tell(InputAnswer answer, bool quiet)
    {
        if (answer.UntrustedLines > 0 && !quiet)
        {
            Print.Warning(
                new Fault(
                    "run.untrusted-input",
                    answer.More
                        ? $"{answer.UntrustedLines} lines of the standard input stand in untrusted text that some run "
                            + "has read, so the run carries the label untrusted from here on."
                        : $"Only the first {InputIntake.BytesMax / 1024} KiB of the standard input are compared with "
                            + "what runs have read as untrusted, so the run carries the label untrusted from here on.",
                    "Give it by a file that the run reads through the gate, or say what is needed as --brief."),
                json: false);
            return true;
        }

        return quiet;
    }
}
