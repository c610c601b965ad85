using System.Globalization;

namespace KzLicensing.Api.Platform.Database;

/// <summary>A folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> of one major version.</summary>
internal sealed record PostgresBinaries(string Directory, int Major)
{
    private const int Oldest = 15;

    private static readonly string[] UsualPlaces =
        ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql@*/bin",
            "/usr/local/opt/postgresql@*/bin",
         "/Applications/Postgres.app/Contents/Versions/*/bin"];

    public string Tool(string name) => Path.Combine(Directory, name);

    /// <summary>The newest usable binaries, or those of the major version that an existing cluster needs.</summary>
    /// <exception cref="InvalidOperationException">None are found; the message says what to install and what to set.</exception>
    public static PostgresBinaries Find(string? configured, int? neededMajor)
    {
        var places = configured is not null ? [configured] : OnPath().Concat(UsualPlaces.SelectMany(Expand));
        var found = places.Select(Real).OfType<string>().Distinct().Select(Describe).OfType<PostgresBinaries>()
            .Where(b => b.Major >= Oldest && (neededMajor is null || b.Major == neededMajor)).MaxBy(b => b.Major);
        return found ?? throw new InvalidOperationException(neededMajor is null
            ? $"No Postgres {Oldest} or newer was found. Install it (Debian: apt-get install postgresql), set Postgres__BinDirectory to "
                + "its bin folder, or set ConnectionStrings__Registry."
            : $"The local cluster was made by Postgres {neededMajor}, which was not found. Install it, or remove the data directory to "
                + "start anew.");
    }

    private static IEnumerable<string> OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.Split('/').ToList().FindIndex(p => p.Contains('*', StringComparison.Ordinal));
        if (star < 0) return [pattern];
        var parts = pattern.Split('/');
        var root = string.Join('/', parts[..star]);
        return System.IO.Directory.Exists(root)
            ? System.IO.Directory.GetDirectories(root, parts[star]).Select(d => Path.Combine([d, .. parts[(star + 1)..]]))
            : [];
    }

    /// <summary>The folder that <c>initdb</c> really lives in, beside all the other programs; null where there is none.</summary>
    private static string? Real(string place)
    {
        var initdb = new FileInfo(Path.Combine(place, "initdb"));
        return initdb.Exists ? (initdb.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? initdb).DirectoryName : null;
    }

    private static PostgresBinaries? Describe(string directory)
    {
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        var version = Command.Run(Path.Combine(directory, "postgres"), ["--version"]).Output.Split(' ').ElementAtOrDefault(2) ?? "";
        return int.TryParse(version.Split('.', 'b', 'r')[0], CultureInfo.InvariantCulture, out var major)
            ? new PostgresBinaries(directory, major) : null;
    }
}
