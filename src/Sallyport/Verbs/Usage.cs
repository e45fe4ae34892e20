using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary>What is said of a wrong command line: in our words, with what would be right.</summary>
/// <remarks>Ours and not the parser's own report: an argument may be text from outside, and standard output belongs to
/// the answer.</remarks>
internal static class Usage
{
    /// <summary>An argument that begins with @ is an argument: no file is spliced into a command line.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>Help that fits the terminal, 80 columns where there is none.</summary>
    public static RootCommand WithHelpInColumns(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpAction { MaxWidth = Width.Columns ?? Width.Usual };
        }

        return root;
    }

    /// <summary>Whether the verb was asked for JSON, which holds for what goes wrong too.</summary>
    public static bool WantsJson(ParseResult parsed) =>
        parsed.Tokens.TakeWhile(token => token.Type is not TokenType.DoubleDash).Any(token => token.Value == "--json");

    /// <summary>What is wrong with a command line that did not parse.</summary>
    public static Fault FaultOf(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = Path(parsed.CommandResult);
        var seeHelp = $"See: {path} --help";
        if (parsed.UnmatchedTokens is [{ } extra, ..] && command.TreatUnmatchedTokensAsErrors)
        {
            return Unmatched(command, path, extra, seeHelp);
        }

        if (command.Action is null)
        {
            return new Fault(
                "usage.command",
                $"No command was given: {path} alone does nothing.",
                $"Use one of: {string.Join(", ", Names(command.Subcommands))}. {seeHelp}");
        }

        string[] missing =
        [
            .. command.Options
                .Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true })
                .Select(option => $"{option.Name} ({option.Description?.TrimEnd('.')})"),
            .. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0
                    && parsed.GetResult(argument) is null or { Tokens.Count: 0 })
                .Select(argument => $"<{argument.Name}> ({argument.Description?.TrimEnd('.')})"),
        ];
        return missing.Length > 0
            ? new Fault("usage.missing", $"{path} needs {string.Join(" and ", missing)}.", seeHelp)
            : new Fault(
                "usage.value",
                string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal)),
                seeHelp);
    }

    /// <summary>A value of an option that is not one: what was given, and what it can be.</summary>
    public static string NotOne(string option, string given, string form) =>
        $"{option} cannot be '{given}': it is {form}.";

    private static Fault Unmatched(Command command, string path, string extra, string seeHelp)
    {
        if (extra.StartsWith('-'))
        {
            var nearest = Spelling.Nearest(extra, [.. Names(command.Options)]);
            return new Fault(
                "usage.option", $"{path} has no option '{extra}'.",
                $"{(nearest is null ? "" : $"Did you mean {nearest}? ")}{seeHelp}");
        }

        if (command.Action is null)
        {
            var nearest = Spelling.Nearest(extra, [.. Names(command.Subcommands)]);
            return new Fault(
                "usage.command", $"There is no command '{path} {extra}'.",
                $"{(nearest is null ? "" : $"Did you mean: {path} {nearest}? ")}{seeHelp}");
        }

        return new Fault(
            "usage.extra", $"{path} has no use for '{extra}'.",
            $"Quote what belongs together, or leave it out. {seeHelp}");
    }

    private static IEnumerable<string> Names(IEnumerable<Symbol> symbols) => symbols.Select(symbol => symbol.Name);

    private static string Path(CommandResult? at)
    {
        var words = new Stack<string>();
        for (; at is not null; at = at.Parent as CommandResult)
        {
            words.Push(at.Command.Name);
        }

        return string.Join(' ', words);
    }
}
