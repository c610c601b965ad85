namespace KzLicensing.Api;

/// <summary>What may be written after the program's name.</summary>
internal static class CommandLine
{
    public const int Misused = 2;

    public const string Help = """
        A miner licensing and tax registry.

        Usage: kz-licensing [verb] [options]
          serve      serves the API (without a verb, too)
          check      tries all settings, the database and the identity authority, and says what a start would refuse; it starts and changes nothing
          migrate    brings the schema up to date, as the owner of ConnectionStrings__Owner
          verify     says whether a certificate holds, without a network; verify without a file says how

        Options of serve, check and migrate:
          --urls <addresses>         where to listen, such as http://localhost:5080;http://localhost:5081
          --environment <name>       Development, or Production without it
          --Section:Name <value>     any setting; as an environment variable it is Section__Name
          --settings-only            for check: asks neither the database nor the authority
          --help                     this

        Exit code: 0 done, 1 refused, 2 not understood. README.md lists the settings.
        """;

    /// <summary>What the host and the libraries read by themselves; of our own sections each member is known.</summary>
    private static readonly string[] Hosts =
        ["urls", "environment", "contentRoot", "applicationName", "AllowedHosts", "OTEL_", "Logging:", "Kestrel:", "http_ports",
            "https_ports"];

    private static readonly string[] Ours =
        ["ConnectionStrings:", "Identity:", "Limits:", "Ingest:", "Documents:", "Register:", "Journal:", "Operations:", "Postgres:",
            "Seed:",
         "Shutdown:", "ForwardedHeaders:"];

    /// <summary>True when every option is one, and has a value.</summary>
    public static bool IsUnderstood(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var (name, hasValue) = args[i].Split('=', 2) is [var before, _] ? (before, true) : (args[i], false);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !IsKnown(name[2..])) return false;
            if (!hasValue && ++i == args.Length) return false;
        }

        return true;
    }

    private static bool IsKnown(string name) => Ours.Concat(Hosts).Any(known => known[^1] is ':' or '_'
        ? name.StartsWith(known, StringComparison.OrdinalIgnoreCase)
        : name.Equals(known, StringComparison.OrdinalIgnoreCase));
}
