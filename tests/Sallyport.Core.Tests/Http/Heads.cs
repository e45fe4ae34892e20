using System.Buffers;
using System.Text;

namespace Sallyport.Http.Tests;

// Heads as a client writes them, and a guard that gets them in parts.
internal static class Heads
{
    public const string HostLine = "Host: a.test\r\n";

    // One char, one byte.
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    // The fault's code, or null when the head is taken.
    public static string? Code(string head) => RequestHead.TryParse(Bytes(head), out _, out var fault) ? null : fault.Code;

    public static string Get(string fields) => $"GET / HTTP/1.1\r\n{HostLine}{fields}\r\n";

    public static string Post(string fields) => $"POST / HTTP/1.1\r\n{HostLine}{fields}\r\n";

    public static Walk AtOnce(byte[] bytes)
    {
        var approved = new HeadGuard().Approve(new ReadOnlySequence<byte>(bytes), out var fault);
        return new Walk(approved, fault?.Code);
    }

    // Arrivals are counts of bytes that are there, growing; what was not approved is offered again, as the gateway does.
    public static Walk InParts(byte[] bytes, IEnumerable<int> arrivals, int segmentBytes)
    {
        var guard = new HeadGuard();
        var approved = 0L;
        Fault? fault = null;
        foreach (var arrived in arrivals)
        {
            var taken = guard.Approve(Segmented(bytes.AsMemory((int)approved, arrived - (int)approved), segmentBytes), out fault);
            Assert.InRange(taken, 0, arrived - approved);
            approved += taken;
            if (fault is not null)
            {
                break;
            }
        }

        return new Walk(approved, fault?.Code);
    }

    // Segments of that many bytes, with empty ones between.
    public static ReadOnlySequence<byte> Segmented(ReadOnlyMemory<byte> bytes, int segmentBytes)
    {
        if (segmentBytes >= bytes.Length)
        {
            return new ReadOnlySequence<byte>(bytes);
        }

        var first = new Segment(default, 0);
        var last = first;
        for (var at = 0; at < bytes.Length; at += segmentBytes)
        {
            last = last.Followed(bytes.Slice(at, Math.Min(segmentBytes, bytes.Length - at))).Followed(default);
        }

        return new ReadOnlySequence<byte>(first, 0, last, 0);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long before) => (Memory, RunningIndex) = (memory, before);

        public Segment Followed(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

// What a guard said in the end.
internal sealed record Walk(long Approved, string? Code);
