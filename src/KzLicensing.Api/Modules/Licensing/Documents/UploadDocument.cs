using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>The owner adds a document while holding the file. Its bytes decide what it is, and they are stored once.</summary>
internal static class UploadDocument
{
    public sealed record Command(Guid ApplicationId, IfMatch Seen, string Type, DocumentName Name, IncomingFile File)
        : ICommand<DocumentView>;

    /// <summary>All but the content, which stays out of the journal.</summary>
    public sealed record DocumentUploaded(
        Guid ApplicationId, Guid DocumentId, string Type, string Name, string ContentType, long SizeBytes, string Sha256) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, DocumentContents contents, DocumentOptions options,
        TimeProvider clock)
        : ICommandHandler<Command, DocumentView>
    {
        public async Task<Result<DocumentView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var found = await db.Lock(command.ApplicationId, command.Seen.Honor, ct);
            if (found.IsFailure) return found.Error;
            var edited = found.Value.ToDomain().Edit();
            if (edited.IsFailure) return edited.Error;
            if (await Refuse(command, CivilTime.DayOf(now), ct) is { } refusal) return refusal;

            var file = command.File;
            var document = new DocumentView
            {
                Id = Guid.CreateVersion7(now),
                ApplicationId = command.ApplicationId,
                Type = command.Type,
                Name = command.Name.Value,
                ContentType = file.Format!.MediaType,
                SizeBytes = file.Size,
                Sha256 = Convert.ToHexStringLower(file.Sha256),
                UploadedAt = now,
                UploadedBy = actor.Id,
            };
            await contents.Keep(file, ct);
            db.Write(InsertSql, Row(document, file, contents.Current));
            journal.Record(new DocumentUploaded(
                document.ApplicationId, document.Id, document.Type, document.Name, document.ContentType, document.SizeBytes,
                document.Sha256));
            return document;
        }

        private async Task<Error?> Refuse(Command command, DateOnly today, CancellationToken ct)
        {
            var standing =
                await db.One<Standing>(StandingSql, new { command.ApplicationId, command.Type, command.File.Sha256, Today = today }, ct);
            if (!standing!.TypeIsKnown) return DocumentErrors.UnknownType(command.Type);
            if (standing.SameDocument is { } id) return DocumentErrors.Exists(id);
            return standing.Documents >= options.MaxPerApplication ? DocumentErrors.TooMany(options.MaxPerApplication) : null;
        }

        private static object Row(DocumentView document, IncomingFile file, Keeper keeper) => new
        {
            document.Id,
            document.ApplicationId,
            document.Type,
            document.Name,
            document.ContentType,
            document.SizeBytes,
            file.Sha256,
            KeptIn = keeper,
            document.UploadedAt,
            document.UploadedBy,
        };
    }

    public static async Task<CreatedReply<DocumentView>> Endpoint(FileId id, IfMatch seen, DocumentBody body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Type, body.Name, body.File), ct),
            d => $"/v1/permit-applications/{id}/documents/{d.Id}");

    private sealed record Standing
    {
        public bool TypeIsKnown { get; init; }
        public Guid? SameDocument { get; init; }
        public long Documents { get; init; }
    }

    // The application is locked: what is counted here stays true until the document is added.
    private const string StandingSql = """
        SELECT EXISTS (SELECT FROM document_types
                        WHERE code = @Type AND effective_from <= @Today AND @Today <= coalesce(effective_to, 'infinity')) AS type_is_known,
               (SELECT id FROM application_documents WHERE application_id = @ApplicationId AND type = @Type AND sha256 = @Sha256) AS
                       same_document,
               (SELECT count(*) FROM application_documents WHERE application_id = @ApplicationId) AS documents
        """;

    private const string InsertSql = """
        INSERT INTO application_documents
            (id, application_id, type, name, content_type, size_bytes, sha256, kept_in, uploaded_at, uploaded_by)
        VALUES (@Id, @ApplicationId, @Type, @Name, @ContentType, @SizeBytes, @Sha256, @KeptIn, @UploadedAt, @UploadedBy)
        """;
}
