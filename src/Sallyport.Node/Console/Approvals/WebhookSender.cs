using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Egress;

namespace Sallyport.Console;

/// <summary>Sends a signed message to an address of the operator's own, by the same checked dial as everything
/// else.</summary>
/// <remarks>Headers and signature are those of Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body, divided
/// by dots.</remarks>
internal sealed class WebhookSender(CheckedDialler dialler, TimeProvider time)
{
    private const string SecretPrefix = "whsec_";

    private static readonly TimeSpan TryMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>Sends, three times at most. Only a 2xx is an answer.</summary>
    /// <returns>Why it did not arrive; null when it did.</returns>
    public async Task<string?> SendAsync(
        Webhook hook, string secretFile, string id, byte[] body, CancellationToken cancellation)
    {
        if (ReadSecret(secretFile) is not { } secret)
        {
            return $"its secret cannot be read from {secretFile}: it is {SecretPrefix} and base64";
        }

        using var client = new HttpMessageInvoker(
            OwnHttp.Handler(dialler, hook.Target, hook.Rule, hook.Upstream));
        for (var attempt = 0; ; attempt++)
        {
            var failed = await TryAsync(client, hook, secret, id, body, cancellation);
            if (failed is null || attempt == Pauses.Length)
            {
                return failed;
            }

            await Task.Delay(Pauses[attempt], time, cancellation);
        }
    }

    /// <summary>The signature of a message.</summary>
    internal static string Sign(byte[] secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{id}.{timestamp}.")), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));
    }

    private async Task<string?> TryAsync(
        HttpMessageInvoker client, Webhook hook, byte[] secret, string id, byte[] body, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TryMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(hook.Target.ToString()))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Sign(secret, id, timestamp, body));
        try
        {
            using var response = await client.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException)
        {
            return failed.InnerException?.Message ?? failed.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"it did not answer within {TryMax.TotalSeconds:0} s";
        }
    }

    // Read at each message: a secret is exchanged without a restart.
    private static byte[]? ReadSecret(string file)
    {
        try
        {
            var text = File.ReadAllText(file).Trim();
            return text.StartsWith(SecretPrefix, StringComparison.Ordinal) && text.Length > SecretPrefix.Length
                ? Convert.FromBase64String(text[SecretPrefix.Length..])
                : null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
