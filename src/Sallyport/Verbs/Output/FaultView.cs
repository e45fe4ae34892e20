using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sallyport.Verbs;

/// <summary>A failure on standard error when the verb was asked for <c>--json</c>: problem details (RFC 9457) with the
/// exit code in the place of an HTTP status. Promised in <c>docs/reference/cli.md</c>.</summary>
/// <param name="Type"><c>urn:sallyport:</c> and the code.</param>
/// <param name="Title"><c>error</c>, or <c>warning</c> when it was done all the same.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">One sentence.</param>
/// <param name="Mend">What to do.</param>
/// <param name="ExitCode">How the program ends.</param>
/// <param name="Mistakes">What was found one by one, as <c>check</c> prints it; absent when there is nothing.</param>
internal sealed record FaultView(
    string Type, string Title, string Code, string Detail, string Mend, int ExitCode, IReadOnlyList<string>? Mistakes)
{
    public static FaultView Of(string title, Fault fault, int exit, IReadOnlyList<string> mistakes) => new(
        $"urn:sallyport:{fault.Code}", title, fault.Code, fault.Detail, fault.Mend, exit,
        mistakes.Count == 0 ? null : mistakes);
}

/// <summary>JSON that verbs print of their own.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FaultView))]
[JsonSerializable(typeof(CheckView))]
[JsonSerializable(typeof(IReadOnlyList<DoctorView>))]
[JsonSerializable(typeof(InitView))]
[JsonSerializable(typeof(RunEndView))]
[JsonSerializable(typeof(NewKeyView))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(VerifyView))]
[JsonSerializable(typeof(ReceiptView))]
[JsonSerializable(typeof(ProveView))]
[JsonSerializable(typeof(ExportView))]
[JsonSerializable(typeof(ReindexView))]
[JsonSerializable(typeof(ArchiveView))]
[JsonSerializable(typeof(BackupView))]
internal sealed partial class VerbJson : JsonSerializerContext;
