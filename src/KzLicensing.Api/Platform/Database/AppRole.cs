using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>The role with which the service works: one that Postgres can refuse something, or all nets below the queries are cut.</summary>
internal static class AppRole
{
    /// <summary>Null for a role that is modest enough; else one line that says why it is not and what to do.</summary>
    /// <param name="name">Of the setting: <c>Registry</c> or <c>Reads</c>.</param>
    /// <param name="connectionString">What it says.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<string?> Refuse(string name, string connectionString, CancellationToken ct)
    {
        await using var source = DatabaseServices.Source("start", connectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (role, power) = (reader.GetString(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetString(1));
        return power is null
            ? null
            : $"ConnectionStrings__{name} logs in as '{role}', which {power}: Postgres would let it see and change every payer's rows. "
                + "Give the service a login of its own (CREATE ROLE kz_licensing LOGIN PASSWORD '…' IN ROLE registry_app) and keep this "
                + "one for ConnectionStrings__Owner.";
    }

    // What a role may become counts as what it is. The journal stands for all tables: nobody but their owner writes it.
    private const string Sql = """
        WITH roles AS (SELECT r.* FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER'))
        SELECT session_user::text,
               CASE WHEN EXISTS (SELECT FROM roles r WHERE r.rolsuper) THEN 'is a superuser'
                    WHEN EXISTS (SELECT FROM roles r WHERE r.rolbypassrls) THEN 'has BYPASSRLS'
                    WHEN EXISTS (SELECT FROM roles r WHERE r.rolcreaterole) THEN 'has CREATEROLE, and gives itself any role'
                    WHEN EXISTS (SELECT FROM roles r WHERE r.rolname IN ('pg_execute_server_program', 'pg_write_server_files'))
                        THEN 'acts as the server''s own user'
                    WHEN EXISTS (SELECT FROM roles r JOIN pg_class c ON c.relowner = r.oid
                                  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')) THEN 'owns the tables'
                    WHEN EXISTS (SELECT FROM roles r JOIN pg_namespace n ON n.nspowner = r.oid WHERE n.nspname = 'public')
                    THEN 'owns the schema'
                    WHEN EXISTS (SELECT FROM roles r
                                  WHERE has_table_privilege(r.oid, to_regclass('public.journal_entries'),
                                    'INSERT, UPDATE, DELETE, TRUNCATE'))
                        THEN 'may write the journal'
               END
        """;
}
