using System.Text.RegularExpressions;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>
/// <c>db/schema.sql</c> shows the whole schema in one place: what the migrations add up to, as any Postgres from 15 to 18 tells it.
/// </summary>
public sealed partial class SchemaSnapshotTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public void The_schema_file_is_the_sum_of_the_migrations() => Snapshot.AssertCurrent("db/schema.sql", Normalized(Dump()));

    private string Dump()
    {
        var at = new NpgsqlConnectionStringBuilder(database.OwnerConnectionString);
        var (code, dump) = Command.Run(PostgresBinaries.Find(configured: null, neededMajor: null).Tool("pg_dump"),
        [
            "--schema-only", "--no-owner", "--exclude-table=schema_versions",
            $"--dbname=host={at.Host} port={at.Port} user={at.Username} password={at.Password} dbname={at.Database}",
        ]);
        Assert.True(code == 0, dump);
        return dump;
    }

    private static string Normalized(string dump) =>
        $"-- Generated from db/migrations by SchemaSnapshotTests; never "
            + $"edited.\n\n{BlankLines().Replace(Noise().Replace(dump, ""), "\n\n").Trim()}\n";

    /// <summary>
    /// What depends on the version of Postgres: comments and settings of pg_dump, commands of psql, the names that 18 gives to NOT NULL.
    /// </summary>
    [GeneratedRegex(
        @"^(--( (Name|Dumped|PostgreSQL).*)?|SET .*|SELECT pg_catalog\.set_config.*|COMMENT ON EXTENSION .*|\\.*)\n|CONSTRAINT \w+ (?=NOT NULL)",
        RegexOptions.Multiline)]
    private static partial Regex Noise();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex BlankLines();
}
