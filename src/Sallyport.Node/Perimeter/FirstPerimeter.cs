namespace Sallyport.Perimeter;

/// <summary>The configuration that <c>init</c> writes: small enough to read, safe enough to keep.</summary>
internal static class FirstPerimeter
{
    public const string Text =
    """
    # The perimeter of your agents. Everything that is not allowed here is denied.
    # After a change: sallyport plan, then sallyport apply. Every key: docs/reference/configuration.md
    version: 1

    # A domain of yours: agents are named spiffe://example.org/agent/NAME.
    organisation: example.org

    listen:
      # Each run has a unix socket of its own. Programs that cannot use one get this address and a token;
      # "none" closes it.
      proxy: 127.0.0.1:3128

    ledger:
      # How strongly a read is recorded before it is sent: written (survives a crash of the program) or synced
      # (survives a power cut). Effects are always synced.
      reads: written

    # A role is what its agents may do. A rule is: [METHODS ]host[:port][/path]
    #   GET,HEAD api.example.org/v1/**    these methods, this host, these paths (* one segment, ** any depth)
    #   *.example.org:443                 any depth below, but not example.org itself
    # GET and HEAD count as reads, all else as effects; a rule can say otherwise with "class".
    roles:
      # Reads a network of strangers, and can do nothing else.
      reader:
        allow:
          - GET,HEAD www.moltbook.com/api/v1/**
        deny:
          # Deny wins: direct messages are for one agent's eyes, and not for a report.
          - www.moltbook.com/api/v1/agents/dm/**

      # Acts on your own code. A run that has read anything untrusted is refused every effect: the two doors
      # are never open together.
      committer:
        allow:
          - GET,HEAD api.github.com/repos/**
          - rule: POST api.github.com/repos/*/*/issues
            class: effect
            reason: files what was found

    # What is decided behind the allow lists: packs of Cedar policies, and files of your own. These two are the default;
    # docs/reference/policies.md tells of the others.
    policies:
      packs: [allow-list, two-doors]

    # Every agent has one role and one person who answers for it.
    agents:
      research: { role: reader, owner: you@example.org }
      builder: { role: committer, owner: you@example.org }

    # What reading a host brings into a run. A host that no source names is untrusted.
    sources:
      moltbook: { hosts: [www.moltbook.com], labels: [untrusted, social] }
      # Anybody can write an issue or a README, so this too is untrusted: a builder that has read it may not act.
      # Name a host trusted (labels: []) only when nobody outside can put text there.
      github: { hosts: [api.github.com], labels: [untrusted] }
      # A service of your own on a private address is named like this; the rule for it names wiki.corp.example.
      # wiki: { hosts: [wiki.corp.example], labels: [], address: 10.0.0.5:443, ca: ca.pem }

    """;

    /// <summary>Where its cases are, within the folder.</summary>
    public const string CasesName = "policies/first.test.yaml";

    /// <summary>Cases for the configuration above, to begin with.</summary>
    public const string Cases =
        """
        # What must be so, whatever is changed in sallyport.yaml. After a change: sallyport policy test
        # Every key: docs/reference/policies.md
        - name: research reads the feed
          agent: research
          http: GET https://www.moltbook.com/api/v1/posts
          expect: allow

        - name: a builder that has read untrusted text files no issue
          agent: builder
          http: POST https://api.github.com/repos/you/yours/issues
          labels: [untrusted]
          expect: deny
          policies: [two-doors]

        """;
}
