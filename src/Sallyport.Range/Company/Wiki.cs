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
    private static readonly FrozenDictionary<string, WikiPage> Pages = new WikiPage[]
    {
        new("onboarding", "Onboarding", "Every agent has an owner. Ask yours before you need something new."),
        new("expenses", "Expense policy", "Receipts go to the ledger in five days. Above 500, a second person signs."),
        new("on-call", "On call", "The rota changes on Monday at 09:00. The handover names every open incident."),
        new("deployments", "Deployments", "Production takes signed builds only. A rollback needs no approval."),
        new("glossary", "Glossary", "A run is one life of an agent. A tunnel is a relayed connection."),
    }.ToFrozenDictionary(static page => page.Name, StringComparer.Ordinal);

    public static void Map(RouteGroupBuilder site)
    {
        site.MapMethods("/", Methods.Read, static context => Answers.HtmlAsync(context, StatusCodes.Status200OK, Frame(
            "Company wiki",
            string.Concat(Pages.Values.OrderBy(static page => page.Name, StringComparer.Ordinal).Select(static page =>
                $"<li><a href=\"/pages/{page.Name}\">{HtmlEncoder.Default.Encode(page.Title)}</a></li>")))));
        site.MapMethods("/pages/{name}", Methods.Read, PageAsync);
    }

    private static Task PageAsync(HttpContext context)
    {
        if (!Pages.TryGetValue((string?)context.GetRouteValue("name") ?? "", out var page))
        {
            const string Home = "<p><a href=\"/\">All pages</a></p>";
            return Answers.HtmlAsync(context, StatusCodes.Status404NotFound, Frame("No such page", Home));
        }

        var text = $"<p>{HtmlEncoder.Default.Encode(page.Text)}</p>";
        return Answers.HtmlAsync(context, StatusCodes.Status200OK, Frame(page.Title, text));
    }

    private static string Frame(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>{HtmlEncoder.Default.Encode(title)}</title></head>
        <body><h1>{HtmlEncoder.Default.Encode(title)}</h1>{body}</body></html>

        """;

    private sealed record WikiPage(string Name, string Title, string Text);
}
