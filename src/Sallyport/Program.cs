using System.CommandLine;
using Sallyport.Verbs;

var root = new RootCommand("Sallyport: a self-hosted perimeter for AI agents. Start with: sallyport demo")
{
    DemoVerb.Create(),
    InitVerb.Create(),
    CheckVerb.Create(),
    PlanVerb.Create(),
    ApplyVerb.Create(),
    RollbackVerb.Create(),
    UpVerb.Create(),
    DoctorVerb.Create(),
    RunVerb.Create(),
    RunsVerb.Create(),
    StatusVerb.Create(),
    LimitsVerb.Create(),
    PlacesVerb.Create(),
    InstructionsVerb.Create(),
    LogVerb.Create(),
    WhyVerb.Create(),
    FreezeVerb.Create(),
    ThawVerb.Create(),
    LedgerVerb.Create(),
    ContentVerb.Create(),
    BackupVerb.Backup(),
    BackupVerb.Restore(),
    KeysVerb.Create(),
    PolicyVerb.Create(),
    ApprovalsVerb.Create(),
    ApproveVerb.Create(),
    DeclineVerb.Create(),
    EndorseVerb.Create(),
    ApprovalKeyVerb.Create(),
    RangeVerb.Create(),
};
return await Edge.RunAsync(Usage.WithHelpInColumns(root).Parse(args, Usage.Parsing));
