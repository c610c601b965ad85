using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Dapper;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>One request's way to Postgres: a read-only snapshot per statement for queries, one transaction for a command.</summary>
/// <remarks>
/// Statements travel in batches. A read takes with it whatever was queued before; queued writes travel with the commit.
/// So a command that only writes costs one round trip, and one that reads first costs two.
/// Every batch first names whose rows it may see (row-level security), for its own transaction: the next one may be another connection's.
/// A query keeps the connection until its last row is read, a command until it is committed: nobody has one while an answer is sent.
/// </remarks>
internal sealed class Db(NpgsqlDataSource source, Actor actor, LaggingReads? lagging = null) : IAsyncDisposable
{
    private readonly List<NpgsqlBatchCommand> queued = [];
    private readonly List<NpgsqlBatchCommand> afterJournal = [];
    private NpgsqlConnection? connection;
    private bool writing, begun;

    static Db() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>The open connection, inside the command's transaction: for COPY and other streams.</summary>
    public async Task<NpgsqlConnection> Connection(CancellationToken ct)
    {
        await Flush(ct);
        return connection!;
    }

    /// <summary>The first row, or null.</summary>
    public async Task<T?> One<T>(string sql, object args, CancellationToken ct)
    {
        await using var reader = await Read(sql, args, ct);
        return await reader.ReadAsync(ct) ? Parser<T>(reader)(reader) : default;
    }

    /// <summary>All rows: only for results bounded by a page or by nature.</summary>
    public async Task<List<T>> Many<T>(string sql, object args, CancellationToken ct)
    {
        await using var reader = await Read(sql, args, ct);
        var parse = Parser<T>(reader);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(parse(reader));
        return rows;
    }

    /// <summary>
    /// Row by row, for results that nothing bounds; the connection is busy until the last one, so nothing here may wait for a client.
    /// </summary>
    public async IAsyncEnumerable<T> Each<T>(string sql, object args, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var reader = await Read(sql, args, ct);
        var parse = Parser<T>(reader);
        while (await reader.ReadAsync(ct)) yield return parse(reader);
    }

    /// <summary>Queues a write of the command; it travels with the next read or with the commit.</summary>
    public void Write(string sql, object args) => queued.Add(SqlStatement.Create(sql, args));

    /// <summary>Queues a write that needs the journal's number: it runs after the head row is taken, in commit order.</summary>
    public void Publish(string sql, object args) => afterJournal.Add(SqlStatement.Create(sql, args));

    /// <summary>From here on the request is a command: nothing is visible to others before <see cref="Commit"/>.</summary>
    public void BeginCommand() => writing = true;

    /// <summary>Sends what is queued, then what was published, and makes it all visible at once.</summary>
    public async Task Commit(CancellationToken ct)
    {
        long? written;
        var batch = await Batch(closing: true, ct);
        foreach (var statement in afterJournal) batch.BatchCommands.Add(statement);
        if (begun) batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        try
        {
            // Cancellation stops here: once COMMIT may be on its way, only the server's answer counts.
            await using (batch) written = await JournalNumber(batch);
        }
        catch (NpgsqlException broken) when (broken is not PostgresException { SqlState: var state } || IsEnd(state))
        {
            throw new CommitUnknownException(broken);
        }

        begun = writing = false;
        afterJournal.Clear();
        if (written is { } number) Wrote(number);
        await DisposeAsync();
    }

    /// <summary>What is read from here on is not behind this entry of the journal.</summary>
    public void Demand(long number) => lagging?.Demand(number);

    /// <summary>The same for all later requests of this caller.</summary>
    public void Wrote(long number) => lagging?.Wrote(number);

    /// <summary>Sends all that <see cref="Commit"/> would, lets every constraint speak, and takes it back.</summary>
    public async Task Undo(CancellationToken ct)
    {
        await using (var batch = await Batch(closing: false, ct))
        {
            foreach (var statement in afterJournal) batch.BatchCommands.Add(statement);
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET CONSTRAINTS ALL IMMEDIATE"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("ROLLBACK"));
            await batch.ExecuteNonQueryAsync(ct);
        }

        await Rollback();
    }

    public async ValueTask DisposeAsync()
    {
        // An open transaction is rolled back by the pool when the connection comes home.
        if (connection is not null) await connection.DisposeAsync();
        connection = null;
    }

    /// <summary>Forgets everything that was queued and rolls back what was sent.</summary>
    public async Task Rollback()
    {
        queued.Clear();
        afterJournal.Clear();
        begun = writing = false;
        await DisposeAsync();
    }

    /// <summary>
    /// The server's last words before it ends the connection (shutdown, crash): they do not tell whether the commit was done.
    /// </summary>
    private static bool IsEnd(string state) => state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
        || state.StartsWith("08", StringComparison.Ordinal);

    /// <summary>A record by its columns' names; a single value as it is.</summary>
    private static Func<DbDataReader, T> Parser<T>(NpgsqlDataReader reader) =>
        IsSingleValue(typeof(T)) ? row => row.IsDBNull(0) ? default! : row.GetFieldValue<T>(0) : reader.GetRowParser<T>();

    private static bool IsSingleValue(Type type) => type.IsValueType || type == typeof(string) || type == typeof(byte[]);

    private async Task<NpgsqlConnection> Open(CancellationToken ct) =>
        (writing || lagging is null ? null : await lagging.Open(ct)) ?? await source.OpenConnectionAsync(ct);

    /// <summary>Runs the batch to its end; of all that it answers only the number of the command's entry is of interest.</summary>
    private static async Task<long?> JournalNumber(NpgsqlBatch batch)
    {
        long? number = null;
        await using var answers = await batch.ExecuteReaderAsync();
        do
        {
            if (answers.FieldCount == 1 && answers.GetName(0) == JournalEntry.Column && await answers.ReadAsync())
                number = answers.GetInt64(0);
        }
        while (await answers.NextResultAsync());
        return number;
    }

    private async Task Flush(CancellationToken ct)
    {
        await using var batch = await Batch(closing: false, ct);
        await batch.ExecuteNonQueryAsync(ct);
    }

    private async Task<NpgsqlDataReader> Read(string sql, object args, CancellationToken ct)
    {
        var scoped = !begun;
        var batch = await Batch(closing: false, ct);
        batch.BatchCommands.Add(SqlStatement.Create(sql, args));
        var reader = await batch.ExecuteReaderAsync(begun ? CommandBehavior.Default : CommandBehavior.CloseConnection, ct);
        if (!begun) connection = null;
        try
        {
            // Queued writes return no rows; naming the scope does.
            if (scoped) await reader.NextResultAsync(ct);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes the batch.")]
    private async Task<NpgsqlBatch> Batch(bool closing, CancellationToken ct)
    {
        connection ??= await Open(ct);
        var batch = connection.CreateBatch();
        if (!begun)
        {
            // A batch is a transaction by itself; only one that goes on needs to be opened.
            begun = writing && !closing;
            if (begun) batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
            batch.BatchCommands.Add(SqlStatement.Create(writing ? WriteScopeSql : ReadScopeSql, new { actor.RowScope }));
        }

        foreach (var statement in queued) batch.BatchCommands.Add(statement);
        queued.Clear();
        return batch;
    }

    // Compiling a statement took 30 to 100 ms where running it takes 3: none of ours runs long enough to earn that back.
    private const string ScopeSql = "set_config('registry.row_scope', @RowScope, true), set_config('jit', 'off', true)";

    private const string ReadScopeSql = $"SELECT set_config('transaction_read_only', 'on', true), {ScopeSql}";

    private const string WriteScopeSql = $"SELECT {ScopeSql}, set_config('lock_timeout', '2s', true)";
}
