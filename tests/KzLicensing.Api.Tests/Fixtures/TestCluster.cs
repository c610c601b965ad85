using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>One Postgres cluster per test run: started by the first test that wants a database, gone with the run.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    /// <summary>Migrated and filled with the reference data; nobody connects to it, so it can be copied at any time.</summary>
    public const string Template = "registry";

    private readonly Lazy<Task<EmbeddedPostgres>> postgres;
    private ClusterCleaner? cleaner;
    private int databases;

    public TestCluster() => postgres = new(Start);

    /// <summary>Copies a template; takes some 60 ms.</summary>
    /// <returns>The connection strings of the owner, who may do all, and of the application.</returns>
    public async Task<(string Owner, string App)> CreateDatabase(string template = Template)
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        // The file copy leaves no WAL to write: with fsync off it is the faster of the two strategies.
        await Execute($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
        var cluster = await postgres.Value;
        return (On(cluster.OwnerConnectionString, name), On(cluster.AppConnectionString, name));
    }

    /// <summary>Drops it, whoever is still connected.</summary>
    public Task DropDatabase(string connectionString) =>
        Execute($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        if (cleaner is not null) await cleaner.DisposeAsync();
    }

    private async Task<EmbeddedPostgres> Start()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"kz-licensing-tests-{Environment.ProcessId}");
        cleaner = ClusterCleaner.Watch(directory);
        var cluster = await EmbeddedPostgres.Start(directory, fast: true, binDirectory: null, CancellationToken.None);
        var template = cluster.OwnerConnectionString + ";Pooling=false";
        await Migrations.Apply(template, CancellationToken.None);
        await SeedData.LoadReference(template, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(cluster.MaintenanceConnectionString + ";Pooling=false");
        await using var close = source.CreateCommand($"ALTER DATABASE {Template} ALLOW_CONNECTIONS false");
        await close.ExecuteNonQueryAsync();
        return cluster;
    }

    private async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create((await postgres.Value).MaintenanceConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static string On(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;
}
