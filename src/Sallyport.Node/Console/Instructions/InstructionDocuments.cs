namespace Sallyport.Console;

/// <summary>Tells that an instruction file is not what it was before a run.</summary>
/// <param name="Path">Its full path; or a folder in which not all was looked at.</param>
/// <param name="Before">SHA-256 of what it was, lower-case hex; empty where it was not there, <c>unread</c> where it
/// could not be read.</param>
/// <param name="After">The same of what it is.</param>
/// <param name="Was">What it was, base64; null where that is not to be kept.</param>
/// <param name="Now">What it is.</param>
public sealed record InstructionChange(
    string Path, string Before, string After, byte[]? Was = null, byte[]? Now = null);

/// <summary>It is recorded.</summary>
/// <param name="Entry">Its entry; empty where it was unread, is unread, and the run has no label to add.</param>
/// <param name="Labels">What a run that begins with the file carries from its start.</param>
/// <param name="IsKept">Whether what it was and what it is are both kept.</param>
public sealed record InstructionAnswer(string Entry, IReadOnlyList<string> Labels, bool IsKept);

/// <summary>What a run did to an instruction file.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Time">When it was found.</param>
/// <param name="Run">The run.</param>
/// <param name="Agent">The run's agent.</param>
/// <param name="Path">The file, or a folder in which not all was looked at.</param>
/// <param name="Program">The program that reads it; empty of a folder.</param>
/// <param name="What">What it is to that program; empty of a folder.</param>
/// <param name="Before">SHA-256 of what it was; empty where it was not there, or <c>unread</c>.</param>
/// <param name="After">SHA-256 of what it became, in the same form.</param>
/// <param name="BeforeFile">Where a copy of what it was is; null where there is none.</param>
/// <param name="AfterFile">Where a copy of what it became is.</param>
/// <param name="Place">Its path as places name it: what <c>places clear file:</c> takes.</param>
/// <param name="Labels">What a run that begins with it carries now; none once somebody has cleared it.</param>
public sealed record InstructionView(
    string Entry, DateTimeOffset Time, string Run, string Agent, string Path, string Program, string What,
    string Before, string After, string? BeforeFile, string? AfterFile, string Place, IReadOnlyList<string> Labels);
