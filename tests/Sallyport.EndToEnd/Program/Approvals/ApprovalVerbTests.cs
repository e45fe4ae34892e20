using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>An operator's way through the verbs, from the key to the approved request.</summary>
public sealed class ApprovalVerbTests
{
    private static readonly string Uid = File.ReadLines("/proc/self/status")
        .First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];

    internal const string Passphrase = "correct horse battery";

    [Fact]
    public async Task An_operator_makes_a_key_reads_what_waits_signs_and_the_request_passes()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await SiteAsync(upstream);
        using var client = await TaintedAsync(site);
        var ticket = await HeldAsync(client, "b");

        var listed = await site.OutputAsync("approvals");
        Assert.Contains($"{ticket}  open     worker POST http://tame.example/b", listed, StringComparison.Ordinal);
        Assert.Contains("1 wait; 1 asked per run and hour. Operators: alice (key)", listed, StringComparison.Ordinal);
        Assert.Contains("approvals 1 wait", await site.OutputAsync("status"), StringComparison.Ordinal);
        var shown = await site.OutputAsync("approvals", "show", ticket);
        Assert.Contains("| said", shown, StringComparison.Ordinal);
        Assert.Contains($"sallyport approve {ticket}", shown, StringComparison.Ordinal);

        await RefusedAsync(site, 1, "approval.factor", "approve", ticket);
        await RefusedAsync(site, 1, "approval.unknown", "approve", "..");
        var wrong = await SignedAsync(site, "another phrase", "approve", ticket, "--key", "alice");
        Assert.True(wrong.Exit == 3, wrong.ToString());
        Assert.Contains(
            "error: The passphrase does not open the key alice. (approval.key)", wrong.Errors,
            StringComparison.Ordinal);
        var open = Path.Combine(site.Folder, "perimeter", "alice.pub");
        var other = await SignedAsync(site, Passphrase, "approve", ticket, "--key", open);
        Assert.Contains("alice.pub is no encrypted key. (approval.key)", other.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("another phrase", wrong.ToString(), StringComparison.Ordinal);
        var approved = await SignedAsync(
            site, Passphrase, "approve", ticket, "--key", "alice", "--reason", "paid every month");
        Assert.True(approved.Exit == 0, approved.ToString());
        Assert.Contains($"approved {ticket} as alice", approved.Output, StringComparison.Ordinal);

        using var passed = await PostAsync(client, "b");
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        Assert.Equal(1, upstream.Arrived.Count(arrived => arrived == "POST /b"));
        var log = await site.OutputAsync("log");
        Assert.Contains($"ticket {ticket} (ask)", log, StringComparison.Ordinal);
        Assert.Contains(", signature): paid every month", log, StringComparison.Ordinal);
        Assert.Contains($"ticket {ticket} of worker used by alice", log, StringComparison.Ordinal);
        var id = (await site.LogAsync("--kind", "decision", "--verdict", "allow"))[^1];
        var why = await site.OutputAsync("why", $"{id.GetProperty("epoch")}-{id.GetProperty("position")}");
        Assert.Contains("policies that a person has lifted", why, StringComparison.Ordinal);
        Assert.Contains("given by alice", why, StringComparison.Ordinal);
    }

    // The key never comes near this machine: what is printed is signed elsewhere, by whatever signs ECDSA.
    [Fact]
    public async Task A_challenge_is_signed_on_another_machine()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await SiteAsync(upstream);
        using var client = await TaintedAsync(site);
        var ticket = await HeldAsync(client, "b");
        var challenge = await site.OutputAsync("approve", ticket, "--challenge");
        Assert.Matches(
            $"\\Asallyport-approval-1\nticket {ticket}\nact sha256:[0-9a-f]{{64}}\n"
            + "expires [0-9T:.-]+Z\napproves this\n\\z",
            challenge);
        using var key = ECDsa.Create();
        key.ImportFromEncryptedPem(await File.ReadAllTextAsync(Path.Combine(site.Folder, "alice")), Passphrase);
        var signature = Convert.ToBase64String(key.SignData(
            Encoding.ASCII.GetBytes(challenge), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        await RefusedAsync(site, 1, "approval.signature", "approve", ticket, "--identical", "--signature", signature);
        var answer = JsonElement.Parse(
            await site.OutputAsync("approve", ticket, "--signature", signature, "--json"));
        Assert.Equal(("given", "alice"), (answer.GetProperty("state").GetString(),
            answer.GetProperty("by").GetString()));
        await RefusedAsync(site, 1, "approval.answered", "approve", ticket, "--signature", signature);
    }

    [Fact]
    public async Task Declining_needs_no_key_and_its_reason_reaches_the_agent()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await SiteAsync(upstream);
        using var client = await TaintedAsync(site);
        var ticket = await HeldAsync(client, "b");
        await RefusedAsync(site, 2, "approval.reason", "decline", ticket, " ");
        Assert.Contains($"declined {ticket}", await site.OutputAsync("decline", ticket, "not to them"),
            StringComparison.Ordinal);
        using var denied = await PostAsync(client, "b");
        Assert.Equal("approval.declined", denied.Denied());
        Assert.Contains("not to them", await denied.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(
            $"ticket {ticket} of worker declined by uid:{Uid}", await site.OutputAsync("log"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_the_owners_alone_encrypted_and_never_replaced()
    {
        await using var site = new Site();
        var made = await SignedAsync(site, Passphrase, "approval-key", "new", "key");
        Assert.True(made.Exit == 0, made.ToString());
        var path = Path.Combine(site.Folder, "key");
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", await File.ReadAllTextAsync(path),
            StringComparison.Ordinal);
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----", await File.ReadAllTextAsync($"{path}.pub"),
            StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        var told = await SignedAsync(site, Passphrase, "approval-key", "new", "second", "--json");
        Assert.Equal(
            $"{{\"private\":\"{site.Folder}/second\",\"public\":\"{site.Folder}/second.pub\"}}\n", told.Output);
        var again = await SignedAsync(site, Passphrase, "approval-key", "new", "key");
        Assert.True(again.Exit == 3, again.ToString());
        var tooShort = await SignedAsync(site, "short", "approval-key", "new", "other");
        Assert.True(tooShort.Exit == 2, tooShort.ToString());
        Assert.False(File.Exists(Path.Combine(site.Folder, "other")));
    }

    internal static async Task<Site> SiteAsync(Upstream upstream, string more = "")
    {
        var site = new Site();
        var made = await SignedAsync(site, Passphrase, "approval-key", "new", "alice");
        Assert.True(made.Exit == 0, made.ToString());
        var perimeter = Path.GetDirectoryName(site.Configuration)!; // it has a folder
        Directory.CreateDirectory(perimeter);
        File.Move(Path.Combine(site.Folder, "alice.pub"), Path.Combine(perimeter, "alice.pub"));
        await File.WriteAllTextAsync(
            Path.Combine(perimeter, "ask.cedar"),
            "@id(\"ask\") @hold(\"approval\") @reason(\"the run has read untrusted text\")\n"
            + "forbid (principal is Agent, action in Action::\"effects\", resource)\n"
            + "when { context.labels.contains(\"untrusted\") };\n");
        await File.WriteAllTextAsync(
            site.Configuration,
            upstream.Perimeter() + $"operators: {{ alice: {{ uids: [{Uid}], key: alice.pub }} }}\n"
            + "policies: { packs: [allow-list, operators], files: [ask.cedar] }\n" + more);
        var init = await site.RunAsync("init");
        Assert.True(init.Exit == 0, init.ToString());
        return site;
    }

    private static async Task<HttpClient> TaintedAsync(Site site)
    {
        var client = ProxyClient.Of(await site.UpAsync(), await site.OpenRunAsync("worker"));
        (await client.GetAsync(new Uri("http://wild.example/a"))).EnsureSuccessStatusCode();
        return client;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path) =>
        client.PostAsync(new Uri($"http://tame.example/{path}"), new StringContent("said"));

    private static async Task<string> HeldAsync(HttpClient client, string path)
    {
        using var response = await PostAsync(client, path);
        Assert.Equal("approval.required", response.Denied());
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        var mend = problem.GetProperty("mend").GetString()!; // it has one
        return mend.Split("sallyport approve ")[1][..9];
    }

    internal static async Task RefusedAsync(Site site, int exit, string code, params string[] arguments)
    {
        var ended = await site.RunAsync(arguments);
        Assert.True(ended.Exit == exit, ended.ToString());
        Assert.Contains(code, ended.Errors, StringComparison.Ordinal);
        Inert.Check(ended);
    }

    internal static async Task<Ended> SignedAsync(Site site, string passphrase, params string[] arguments)
    {
        var child = site.Start(arguments);
        await child.Input.WriteLineAsync(passphrase);
        child.Input.Close();
        return await child.EndAsync();
    }
}
