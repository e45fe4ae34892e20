using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http;
using Sallyport.Http.Tls;
using Sallyport.Ledger;
using Sallyport.Limits;
using Sallyport.Perimeter;

namespace Sallyport.Console;

/// <summary>What the API shows and moves; all of it belongs to the node.</summary>
public sealed record ApiParts
{
    /// <summary>Rules in force.</summary>
    public required SnapshotSource Snapshots { get; init; }

    /// <summary>Open runs.</summary>
    public required Runs Runs { get; init; }

    /// <summary>Who cosigns checkpoints; null where nobody is asked.</summary>
    public WitnessRounds? Witnesses { get; init; }

    /// <summary>Opens and ends them.</summary>
    public required RunAdmission Admission { get; init; }

    /// <summary>What is open.</summary>
    public required Channels Channels { get; init; }

    /// <summary>What is frozen.</summary>
    public required Switch Freeze { get; init; }

    /// <summary>What is left to whom.</summary>
    public required LimitCounters Limits { get; init; }

    /// <summary>What is left of the ledger to whom.</summary>
    public required LedgerMeter Meter { get; init; }

    /// <summary>Records.</summary>
    public required Sequencer Sequencer { get; init; }

    /// <summary>What waits for a person.</summary>
    public required Holds Holds { get; init; }

    /// <summary>What runs have written where others read.</summary>
    public required Places Places { get; init; }

    /// <summary>What they have written to instruction files.</summary>
    public required Proposals Proposals { get; init; }

    /// <summary>Doors.</summary>
    public required Interlock Interlock { get; init; }

    /// <summary>Finds entries again.</summary>
    public required LedgerIndex Index { get; init; }

    /// <summary>Reads entries as they are written.</summary>
    public required LedgerReader Reader { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Kept bodies.</summary>
    public required ContentStore Content { get; init; }

    /// <summary>The gateway.</summary>
    public required HttpGateway Gateway { get; init; }

    /// <summary>The perimeter in force, and how it is changed.</summary>
    public required PerimeterInForce Perimeter { get; init; }

    /// <summary>The CA.</summary>
    public required CertificateAuthority Authority { get; init; }

    /// <summary>Writes anew the bundle that runs are given.</summary>
    public required Func<Fault?> WriteBundle { get; init; }

    /// <summary>The CA certificate.</summary>
    public required string CaFile { get; init; }

    /// <summary>The CA certificate and the system's roots.</summary>
    public required string BundleFile { get; init; }
}
