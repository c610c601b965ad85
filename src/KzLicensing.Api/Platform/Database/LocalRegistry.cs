using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Platform.Database;

/// <summary>The program's own cluster; in Development alone: elsewhere it would show invented licensees as if they were real.</summary>
internal sealed record LocalOptions
{
    public string? DataDirectory { get; init; }

    /// <summary>The folder of <c>initdb</c> and <c>pg_ctl</c>; without it the usual places are looked at.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>Whether a new cluster gets the demo licensees.</summary>
    public bool WithDemo { get; private init; }

    public static LocalOptions Read(Settings settings) =>
        settings.Section<LocalOptions>("Postgres") with { WithDemo = settings.Section<SeedOptions>("Seed").Demo };

    private sealed record SeedOptions
    {
        public bool Demo { get; init; } = true;
    }
}

/// <summary>Where the program's own cluster lives and what it is filled with.</summary>
internal static class LocalRegistry
{
    /// <summary>Starts the cluster, brings it up to date, and points the program at it.</summary>
    public static async Task<EmbeddedPostgres> Prepare(WebApplicationBuilder builder, CancellationToken ct)
    {
        var options = builder.Read(LocalOptions.Read);
        IConfigurationManager configuration = builder.Configuration;
        var directory = options.DataDirectory ?? Path.Combine(RepositoryRoot(), ".data");
        var postgres = await EmbeddedPostgres.Start(Path.GetFullPath(directory), fast: false, options.BinDirectory, ct);
        try
        {
            configuration["Journal:CheckpointFile"] ??= Path.Combine(directory, "journal-checkpoints");
            configuration["Journal:CheckpointKey"] ??= "local-development-only-checkpoint-key";
            var checkpoints = new Checkpoints(builder.Read(JournalOptions.Read));
            await BringUpToDate(postgres.OwnerConnectionString, checkpoints, withDemo: options.WithDemo, ct);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }

        configuration[$"ConnectionStrings:{DatabaseServices.ConnectionName}"] = postgres.AppConnectionString;
        configuration["Postgres:DataDirectory"] = directory;
        return postgres;
    }

    /// <summary>A first start that was killed in the middle is completed by the next one: every step adds only what is missing.</summary>
    private static async Task BringUpToDate(string owner, Checkpoints checkpoints, bool withDemo, CancellationToken ct)
    {
        var pending = await Migrations.Pending(owner, ct);
        if (pending.Count == 0 && await SeedData.IsInUse(owner, ct)) return;
        await Migrations.Apply(owner, ct);
        if (!await SeedData.IsInUse(owner, ct)) checkpoints.Begin();
        await SeedData.LoadReference(owner, ct);
        if (withDemo) await SeedData.LoadDemo(owner, ct);
    }

    /// <summary>The folder of the solution, from wherever the program was started; else the current folder.</summary>
    private static string RepositoryRoot() =>
        SolutionAbove(Directory.GetCurrentDirectory()) ?? SolutionAbove(AppContext.BaseDirectory) ?? Directory.GetCurrentDirectory();

    private static string? SolutionAbove(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "KzLicensing.sln"))) folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
