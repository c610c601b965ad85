using KzLicensing.Api.Platform.Journal;

namespace KzLicensing.Api.Platform.Database;

/// <summary>Where the program's own cluster lives and what it is filled with.</summary>
internal static class LocalRegistry
{
    /// <summary>Starts the cluster, brings it up to date, and points the program at it.</summary>
    /// <exception cref="InvalidOperationException">The program does not run in Development: it would show invented licensees as if they were real.</exception>
    public static async Task<EmbeddedPostgres> Prepare(WebApplicationBuilder builder, CancellationToken ct)
    {
        if (!builder.Environment.IsDevelopment())
        {
            throw new InvalidOperationException(
                $"ConnectionStrings__{DatabaseServices.ConnectionName} is not set: outside Development the program makes no database of its own.");
        }

        IConfigurationManager configuration = builder.Configuration;
        var directory = configuration["Postgres:DataDirectory"] ?? Path.Combine(RepositoryRoot(), ".data");
        var postgres = await EmbeddedPostgres.Start(Path.GetFullPath(directory), fast: false, configuration["Postgres:BinDirectory"], ct);
        try
        {
            configuration["Journal:CheckpointFile"] ??= Path.Combine(directory, "journal-checkpoints");
            configuration["Journal:CheckpointKey"] ??= "local-development-only-checkpoint-key";
            var checkpoints = new Checkpoints(JournalOptions.Read(configuration));
            await BringUpToDate(postgres.OwnerConnectionString, checkpoints, withDemo: configuration["Seed:Demo"] is not "false", ct);
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
