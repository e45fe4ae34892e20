using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Ledger;
using Sallyport.Limits;
using Sallyport.Mcp;

namespace Sallyport.Perimeter;

/// <summary>What came of compiling a configuration.</summary>
/// <param name="Perimeter">The result; null when there is a mistake.</param>
/// <param name="Mistakes">Every mistake, in the order of their places.</param>
/// <param name="Warnings">What is legal and probably not meant, in the order of their places.</param>
public sealed record Compilation(
    CompiledPerimeter? Perimeter, ImmutableArray<Mistake> Mistakes, ImmutableArray<Mistake> Warnings);

/// <summary>A configuration without a mistake: each room's rules, ready to become a snapshot.</summary>
/// <param name="Options">What the node itself is told.</param>
/// <param name="Agents">Every agent.</param>
/// <param name="Rules">What each agent may reach.</param>
/// <param name="Sources">What reading brings, and where hosts are.</param>
/// <param name="Policies">What the policies say of all that the rules name.</param>
/// <param name="Tools">Every reviewed tool, and the facts that are taken out of calls.</param>
/// <param name="Limits">How much agents may do.</param>
/// <param name="Approvals">Who is asked about what waits for a person, and how long.</param>
/// <param name="Hooks">Who is told that something waits.</param>
public sealed record CompiledPerimeter(
    PerimeterOptions Options,
    ImmutableArray<Agent> Agents,
    EgressRules Rules,
    Sources Sources,
    PolicyRules Policies,
    ToolRules Tools,
    LimitRules Limits,
    ApprovalRules Approvals,
    HookRules Hooks)
{
    /// <summary>Policies that are asked beside those in force and never obeyed; null for none.</summary>
    public ShadowRules? Shadow { get; init; }

    /// <summary>Each section as it is written, in a canonical form.</summary>
    internal ImmutableSortedDictionary<string, string> Sections { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The snapshot; <see cref="EgressRules"/>, <see cref="Sources"/>, <see cref="PolicyRules"/> and
    /// <see cref="ToolRules"/> are taken out of it by type.</summary>
    /// <param name="hash">SHA-256 over all that the snapshot was compiled from, lower-case hex.</param>
    public Snapshot ToSnapshot(string hash) =>
        new(
            hash, Agents,
            ((object?[])
            [
                Rules, Sources, Policies, Tools, Limits, Approvals, Hooks, Shadow, Options.Storage, Options.Content,
            ]).OfType<object>());
}

/// <summary>What the node itself is told; read once, at the start.</summary>
/// <param name="Organisation">SPIFFE trust domain.</param>
/// <param name="Proxy">TCP listener for programs that cannot use a run's unix socket; null for none, port 0 for any
/// free one.</param>
/// <param name="Reads">How strongly a read is recorded before it is sent.</param>
public sealed record PerimeterOptions(HostName Organisation, IPEndPoint? Proxy, ReadRecord Reads)
{
    /// <summary>When a change of the perimeter needs a second person.</summary>
    public SecondPerson SecondPerson { get; init; }

    /// <summary>Who is asked to cosign the log's checkpoints.</summary>
    public WitnessRules Witnesses { get; init; } = WitnessRules.None;

    /// <summary>How much of the ledger agents may fill; taken up with each change.</summary>
    public StorageRules Storage { get; init; } = StorageRules.Usual;

    /// <summary>Which bodies are kept; taken up with each change.</summary>
    public ContentRules Content { get; init; } = ContentRules.None;
}

/// <summary>When a change of the perimeter needs a second person; laxest first.</summary>
public enum SecondPerson
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>When it allows, or may allow, more than before.</summary>
    Widening,

    /// <summary>Always.</summary>
    Always,
}

/// <summary>How strongly a read is recorded before it is sent; effects are always synced (promise P3).</summary>
public enum ReadRecord
{
    /// <summary>Handed to the kernel: survives the death of the process.</summary>
    Written,

    /// <summary>On the disk: survives a power cut.</summary>
    Synced,
}

/// <summary>Gives the text of a file that the configuration refers to, by its path within the perimeter
/// folder.</summary>
/// <param name="path">The path as written.</param>
/// <param name="text">The text; null when it cannot be read.</param>
/// <param name="fault">Why it cannot be read; null when it can.</param>
public delegate void ReadReferencedFile(string path, out string? text, out Fault? fault);

/// <summary>Gives the text of a pack of policies by its name: that of the program, or the one that a kept snapshot was
/// compiled with.</summary>
/// <param name="name">The name.</param>
/// <param name="pack">The text; null when there is no such pack.</param>
public delegate bool ReadPack(string name, [NotNullWhen(true)] out PolicyText? pack);
