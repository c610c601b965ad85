namespace KzLicensing.Api.Platform.Database;

/// <summary>Numbers for people, counted in the transaction that uses them: a rollback leaves no gap.</summary>
internal static class NumberSeries
{
    /// <summary>The next number of a series; others who want one wait until this transaction ends.</summary>
    public static Task<long> Next(this Db db, string series, CancellationToken ct) => db.One<long>(Sql, new { Series = series }, ct);

    private const string Sql = """
        INSERT INTO number_series (series, last) VALUES (@Series, 1)
        ON CONFLICT (series) DO UPDATE SET last = number_series.last + 1
        RETURNING last
        """;
}
