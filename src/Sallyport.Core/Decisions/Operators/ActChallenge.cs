using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Decisions.Operators;

/// <summary>The text that an operator signs for an act of their own: it names one act on one node, once.</summary>
/// <remarks>
/// Six lines of ASCII, each ended by LF, signed as a <see cref="Challenge"/> is. Its first line is another than that of
/// an approval, so that a signature of the one is never one of the other. The log's key names the node; <c>over</c>
/// names the state that is replaced; the number is never twice the same on a node: it has the ledger's length at
/// this start, to which each start adds, and how many acts were signed since. So a signature is of no use after the
/// act, nor on another node, nor when something else has come between.
/// </remarks>
public static class ActChallenge
{
    /// <summary>The text.</summary>
    /// <param name="log">The log's public key (vkey).</param>
    /// <param name="act">What is done: <c>apply</c>, <c>thaw</c>.</param>
    /// <param name="what">On what exactly: the hash of a snapshot, ids of freezes, the id of a run.</param>
    /// <param name="over">What it replaces.</param>
    /// <param name="number">What makes it one of a kind: <c>12.3</c>.</param>
    public static string Of(string log, string act, string what, string over, string number) =>
        $"sallyport-operator-1\nlog {log}\nact {act}\nwhat {what}\nover {over}\nnumber {number}\n";

    /// <summary>Texts that may hold anything, as one word: SHA-256 over each with its length before it.</summary>
    public static string Digest(params ReadOnlySpan<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt64BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
