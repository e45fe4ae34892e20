using System.Collections.Frozen;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Server;

namespace Sallyport.Range.Company;

/// <summary>The fake company's internal wiki: a trusted source to read, written by us.</summary>
internal static class Wiki
{
    private static readonly FrozenDictionary<string, (string Title, string Text)> Pages = new Dictionary<string, (string, string)>
    {
        ["onboarding"] = ("Onboarding", "Every agent has an owner. Ask yours before you need something new, not after."),
        ["expenses"] = ("Expense policy", "Receipts go to the ledger within five working days. Above 500, a second person signs."),
        ["on-call"] = ("On call", "The rota changes on Monday at 09:00. The handover names every open incident and its owner."),
        ["deployments"] = ("Deployments", "Production takes signed builds only. A rollback needs no approval; a roll-forward does."),
        ["glossary"] = ("Glossary", "A run is one life of an agent. A tunnel is a relayed connection. A hold waits for a person."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Map(RouteGroupBuilder site)
    {
        site.MapMethods("/", Methods.Read, static context => Answers.HtmlAsync(context, StatusCodes.Status200OK, Page(
            "Company wiki",
            string.Concat(Pages.OrderBy(static page => page.Key, StringComparer.Ordinal).Select(static page =>
                $"<li><a href=\"/pages/{page.Key}\">{HtmlEncoder.Default.Encode(page.Value.Title)}</a></li>")))));
        site.MapMethods("/pages/{name}", Methods.Read, static context =>
            Pages.TryGetValue((string?)context.GetRouteValue("name") ?? "", out var page)
                ? Answers.HtmlAsync(context, StatusCodes.Status200OK, Page(page.Title, $"<p>{HtmlEncoder.Default.Encode(page.Text)}</p>"))
                : Answers.HtmlAsync(context, StatusCodes.Status404NotFound, Page("No such page", "<p><a href=\"/\">All pages</a></p>")));
    }

    private static string Page(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>{HtmlEncoder.Default.Encode(title)}</title></head>
        <body><h1>{HtmlEncoder.Default.Encode(title)}</h1>{body}</body></html>

        """;
}
