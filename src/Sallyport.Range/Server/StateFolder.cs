using Sallyport.Range.Verbs;

namespace Sallyport.Range.Server;

/// <summary>The folder that holds the test authority's key and the receiver's log: for the owner alone.</summary>
internal static class StateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="FaultException">It cannot be made or narrowed.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                return;
            }

            Directory.CreateDirectory(folder, OwnerOnly);
            File.SetUnixFileMode(folder, OwnerOnly);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(new Fault(
                "range.state.unusable",
                $"The state folder '{folder}' cannot be used: {exception.Message}",
                "Give --state a folder that you own, or one that can be made."));
        }
    }
}
