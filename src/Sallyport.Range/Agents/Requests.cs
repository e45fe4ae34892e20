using System.Net.Http.Headers;
using System.Text;

namespace Sallyport.Range.Agents;

/// <summary>Turns a step into a request as it is sent.</summary>
internal static class Requests
{
    public static HttpRequestMessage Create(Step.Request step)
    {
        var request = new HttpRequestMessage(new HttpMethod(step.Verb), step.Url);
        if (step.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        AddHeaders(request, step.Headers);
        return request;
    }

    public static void AddHeaders(HttpRequestMessage request, IReadOnlyDictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content is { } content)
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
