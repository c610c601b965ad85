using System.Runtime.CompilerServices;
using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using Npgsql;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>Keeps contents in rows of 256 KiB, in the transaction of their document: both are there or neither is.</summary>
internal sealed class PostgresContents(Db db, NpgsqlDataSource source, Actor actor) : IKeepContents
{
    private const int PartBytes = 256 * 1024;

    public async Task Keep(IncomingFile file, CancellationToken ct)
    {
        var connection = await db.Connection(ct);
        var buffer = new byte[PartBytes];
        file.Content.Position = 0;
        for (var part =
            0; await file.Content.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, ct) is var read and > 0; part++)
        {
            await using var insert = new NpgsqlCommand(InsertSql, connection)
            {
                Parameters = { new() { Value = file.Sha256 }, new() { Value = part }, new() { Value = buffer.AsMemory(0, read) } },
            };
            await insert.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>Each part takes a connection and gives it back: a slow reader holds none.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(byte[] sha256, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var part = 0; await Part(sha256, part, ct) is { } bytes; part++) yield return bytes;
    }

    private async Task<byte[]?> Part(byte[] sha256, int part, CancellationToken ct)
    {
        await using var own = new Db(source, actor);
        return await own.One<byte[]>(PartSql, new { Sha256 = sha256, Part = part }, ct);
    }

    // The same content in another transaction is waited for: if that one fails, this one stores it.
    private const string InsertSql = "INSERT INTO document_contents (sha256, part, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

    private const string PartSql = $"""
        SELECT c.bytes
          FROM document_contents c
         WHERE c.sha256 = @Sha256 AND c.part = @Part
           AND EXISTS (SELECT FROM application_documents d JOIN permit_applications a ON a.id = d.application_id
                        WHERE d.sha256 = @Sha256 AND {ApplicationRow.Visible})
        """;
}
