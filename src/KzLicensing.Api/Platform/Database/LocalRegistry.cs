namespace KzLicensing.Api.Platform.Database;

/// <summary>Where the program's own cluster lives and what it is filled with.</summary>
internal static class LocalRegistry
{
    /// <summary>Starts the cluster, brings it up to date, and points the program at it.</summary>
    public static async Task<EmbeddedPostgres> Prepare(IConfigurationManager configuration, CancellationToken ct)
    {
        var directory = configuration["Postgres:DataDirectory"] ?? Path.Combine(RepositoryRoot(), ".data");
        var postgres = await EmbeddedPostgres.Start(Path.GetFullPath(directory), fast: false, configuration["Postgres:BinDirectory"], ct);
        var pending = await Migrations.Pending(postgres.OwnerConnectionString, ct);
        if (pending.Count > 0)
        {
            var isNew = pending.Count == Migrations.Count;
            await Migrations.Apply(postgres.OwnerConnectionString, ct);
            await SeedData.LoadReference(postgres.OwnerConnectionString, ct);
            if (isNew && configuration["Seed:Demo"] is not "false") await SeedData.LoadDemo(postgres.OwnerConnectionString, ct);
        }

        configuration[$"ConnectionStrings:{DatabaseServices.ConnectionName}"] = postgres.AppConnectionString;
        configuration["Journal:CheckpointFile"] ??= Path.Combine(directory, "journal-checkpoints");
        configuration["Journal:CheckpointKey"] ??= "local-development-only-checkpoint-key";
        return postgres;
    }

    /// <summary>The folder of the solution, from wherever the program was started; else the current folder.</summary>
    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KzLicensing.sln"))) return folder.FullName;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KzLicensing.sln"))) return folder.FullName;
        }

        return Directory.GetCurrentDirectory();
    }
}
