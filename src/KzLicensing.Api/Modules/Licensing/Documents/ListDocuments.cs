using FluentValidation;
using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>Lists the documents of an application in the order in which they came.</summary>
internal static class ListDocuments
{
    public sealed record Filter(string? Type = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Guid ApplicationId, Filter Filter, bool Whole = false) : IQuery<Page<DocumentView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors) : IQueryHandler<Query, Page<DocumentView>>
    {
        public async Task<Result<Page<DocumentView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("documents", query.ApplicationId, filter.Type);
            var after = cursor.Read<Guid?>(filter.Cursor);
            if (after.IsFailure) return after.Error;
            if (!await db.One<bool>(ReadableSql, new { query.ApplicationId }, ct)) return LicensingErrors.ApplicationNotFound();

            var rows = await db.Many<DocumentView>(Sql, new
            {
                query.ApplicationId,
                filter.Type,
                After = after.Value,
                Take = limit + 1,
            }, ct);
            return Page<DocumentView>.Of(rows, limit, cursor, d => d.Id);
        }
    }

    public static Task<Results<Reply<Page<DocumentView>>, CsvReply<DocumentView>>> Endpoint(
        FileId id, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(id, filter.Value, whole), ct));

    private const string ReadableSql =
        $"SELECT EXISTS (SELECT FROM permit_applications a WHERE a.id = @ApplicationId AND {ApplicationRow.Visible})";

    private const string Sql = DocumentView.Select + "WHERE " + ApplicationRow.Visible + """
           AND d.application_id = @ApplicationId
           AND (@After IS NULL OR d.id > @After)
           AND (@Type IS NULL OR d.type = @Type)
         ORDER BY d.id
         LIMIT @Take
        """;
}
