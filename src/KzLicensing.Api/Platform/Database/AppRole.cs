using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>The role with which the service works: one that Postgres can refuse something, or all nets below the queries are cut.</summary>
internal static class AppRole
{
    /// <summary>Null for a role that is modest enough; else one line that says why it is not and what to do.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<string?> Refuse(string connectionString, CancellationToken ct)
    {
        await using var source = DatabaseServices.Source("start", connectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (role, power) = (reader.GetString(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetString(1));
        return power is null
            ? null
            : $"ConnectionStrings__Registry logs in as '{role}', which {power}: Postgres would let it see and change every payer's rows. "
                + "Give the service a login of its own (CREATE ROLE kz_licensing LOGIN PASSWORD '…' IN ROLE registry_app) and keep this one for ConnectionStrings__Owner.";
    }

    // What a role may become counts as what it is.
    private const string Sql = """
        SELECT session_user::text,
               CASE WHEN EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper AND pg_has_role(session_user, r.oid, 'MEMBER')) THEN 'is a superuser'
                    WHEN EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(session_user, r.oid, 'MEMBER')) THEN 'has BYPASSRLS'
                    WHEN EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                                                          AND pg_has_role(session_user, c.relowner, 'MEMBER')) THEN 'owns the tables'
               END
        """;
}
