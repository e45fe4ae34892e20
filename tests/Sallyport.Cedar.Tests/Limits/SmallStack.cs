using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Sallyport.Cedar.Limits;

/// <summary>
/// Runs something on a thread with the stack of one mebibyte, the least that a server's threads have.
/// </summary>
internal static class SmallStack
{
    [SuppressMessage("Design", "CA1031", Justification = "Rethrown on the thread of the test.")]
    public static T Run<T>(Func<T> action)
    {
        var result = default(T);
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = action();
                }
                catch (Exception exception)
                {
                    thrown = ExceptionDispatchInfo.Capture(exception);
                }
            },
            maxStackSize: 1024 * 1024);
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return result!;
    }
}
