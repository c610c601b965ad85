using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>With whose login the service starts.</summary>
public sealed class ServiceLoginTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    /// <summary>Logins that an operator may hand over by mistake, and what is wrong with each.</summary>
    public static TheoryData<string, string> TooPowerful => new()
    {
        { "SUPERUSER", "is a superuser" },
        { "BYPASSRLS", "has BYPASSRLS" },
        { "IN ROLE {owner}", "owns the tables" },
        { "IN ROLE {bypassing}", "has BYPASSRLS" },
        { "CREATEROLE IN ROLE registry_app", "has CREATEROLE" },
        { "IN ROLE registry_app, pg_execute_server_program", "acts as the server's own user" },
        { "IN ROLE registry_app, {databases}", "owns the schema" },
        { "NOINHERIT IN ROLE registry_app, pg_write_all_data", "may write the journal" },
        { "IN ROLE {granted}", "may write the journal" },
    };

    [Theory, MemberData(nameof(TooPowerful))]
    public async Task The_service_does_not_start_with_a_role_that_Postgres_refuses_nothing(string attributes, string why)
    {
        var tables = $"owner_{Guid.NewGuid():N}";
        var bypassing = $"bypassing_{Guid.NewGuid():N}";
        var granted = $"granted_{Guid.NewGuid():N}";
        var databases = $"databases_{Guid.NewGuid():N}";
        await Execute($"""
            CREATE ROLE {tables}; ALTER TABLE licenses OWNER TO {tables};
            CREATE ROLE {bypassing} BYPASSRLS;
            CREATE ROLE {granted}; GRANT UPDATE ON journal_entries TO {granted};
            CREATE ROLE {databases}; ALTER SCHEMA public OWNER TO {databases};
            """);
        var given = attributes.Replace("{owner}", tables, StringComparison.Ordinal)
            .Replace("{bypassing}", bypassing, StringComparison.Ordinal)
            .Replace("{granted}", granted, StringComparison.Ordinal).Replace("{databases}", databases, StringComparison.Ordinal);
        var login = await Login(given);

        var refusal = await AppRole.Refuse("Registry", login, TestContext.Current.CancellationToken);

        Assert.Contains($"which {why}", refusal, StringComparison.Ordinal);
        Assert.Contains("IN ROLE registry_app", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal!);
        Assert.Equal(1,
            await Verbs.Serve(["--environment=Development", $"--ConnectionStrings:Registry={login}", "--urls=http://127.0.0.1:0"]));
    }

    [Fact]
    public async Task A_login_of_its_own_in_the_role_of_the_service_is_taken()
    {
        Assert.Null(await AppRole.Refuse("Registry", await Login("IN ROLE registry_app"), TestContext.Current.CancellationToken));
        Assert.Null(await AppRole.Refuse("Registry", database.AppConnectionString, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_role_that_reads_from_replicas_is_as_modest_and_a_replica_that_is_away_is_no_fault()
    {
        Assert.Contains("ConnectionStrings__Reads logs in as", Assert.Single(await Faults(database.OwnerConnectionString)),
            StringComparison.Ordinal);
        Assert.Empty(await Faults(database.AppConnectionString));
        Assert.Empty(await Faults(new NpgsqlConnectionStringBuilder(database.AppConnectionString)
        {
            Port = 1,
            Timeout = 1
        }.ConnectionString));
    }

    private Task<IReadOnlyList<string>> Faults(string reads) => DatabaseCheck.Faults(
        new ConfigurationBuilder().AddInMemoryCollection(
            [new("ConnectionStrings:Registry", database.AppConnectionString), new("ConnectionStrings:Reads", reads)]).Build(),
        TestContext.Current.CancellationToken);

    private async Task<string> Login(string attributes)
    {
        var name = $"login_{Guid.NewGuid():N}";
        await Execute($"CREATE ROLE {name} LOGIN PASSWORD '{name}' {attributes}");
        return new NpgsqlConnectionStringBuilder(database.AppConnectionString)
        {
            Username = name,
            Password = name,
            Pooling = false
        }.ConnectionString;
    }

    private async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
