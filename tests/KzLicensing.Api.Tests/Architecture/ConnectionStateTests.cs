using System.Text.RegularExpressions;
using Xunit;

namespace KzLicensing.Api.Tests.Architecture;

/// <summary>The next transaction may run on another connection: behind a pooler, and in Npgsql's own pool.</summary>
public sealed partial class ConnectionStateTests
{
    [Fact]
    public void No_statement_leaves_anything_on_its_connection() => Assert.Empty(
        from statement in RowPredicateTests.Statements()
        where Kept(statement.Sql)
        select $"{statement.Slice}.{statement.Name}");

    [Theory]
    [InlineData("SET jit = off")]
    [InlineData("SELECT 1; SET jit TO off")]
    [InlineData("SET SESSION statement_timeout = '1s'")]
    [InlineData("SELECT set_config('registry.row_scope', '*', false)")]
    [InlineData("SELECT pg_advisory_lock(1)")]
    [InlineData("SELECT pg_try_advisory_lock(1)")]
    [InlineData("LISTEN changes")]
    [InlineData("PREPARE of AS SELECT 1")]
    [InlineData("DECLARE rows CURSOR WITH HOLD FOR SELECT 1")]
    [InlineData("CREATE TEMP TABLE incoming (id int)")]
    public void What_would_be_left_is_known(string sql) => Assert.True(Kept(sql));

    [Fact]
    public void What_a_transaction_takes_with_it_is_not_meant() => Assert.False(Kept("""
        CREATE TEMP TABLE incoming (id int) ON COMMIT DROP;
        SET LOCAL lock_timeout = '2s';
        SELECT pg_advisory_xact_lock(1), set_config('jit', 'off', true);
        UPDATE licenses SET version = 2
        """));

    private static bool Kept(string sql) =>
        sql.Split(';').Any(one => Staying().IsMatch(one) || (Temporary().IsMatch(one) && !EndsWithIt().IsMatch(one)));

    [GeneratedRegex(
        @"^\s*SET\s+(?!LOCAL\b)\w+\s*(=|TO\b)|\bSET\s+SESSION\b|set_config\([^()]*,\s*false\s*\)|\bpg_(try_)?advisory_lock|^\s*(LISTEN|PREPARE)\b|\bWITH\s+HOLD\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Staying();

    [GeneratedRegex(@"\bCREATE\s+TEMP", RegexOptions.IgnoreCase)]
    private static partial Regex Temporary();

    [GeneratedRegex(@"\bON\s+COMMIT\s+DROP\b", RegexOptions.IgnoreCase)]
    private static partial Regex EndsWithIt();
}
