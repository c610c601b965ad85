using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Tariffs;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>Lists assessments, each in its current state, in the order in which they were drafted.</summary>
internal static class ListAssessments
{
    /// <param name="Number">However it is typed; a draft has none.</param>
    /// <param name="Q">A number, a BIN, or a part of the name under which the payer had a license.</param>
    public sealed record Filter(
        Quarter? Period = null, Bin? Bin = null, AssessmentStatus? Status = null, Instrument? Instrument = null,
        string? Number = null, string? Q = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<StoredJson>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Number).MaximumLength(100);
            RuleFor(q => q.Filter.Q).MaximumLength(100);
        }
    }

    public sealed class Handler(Db db, Cursors cursors) : IQueryHandler<Query, Page<StoredJson>>
    {
        public async Task<Result<Page<StoredJson>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("assessments", filter.Period, filter.Bin, filter.Status, filter.Instrument, filter.Number, filter.Q);
            var after = cursor.Read<Guid?>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<Row>(Sql, new
            {
                Period = filter.Period?.ToString(),
                Bin = filter.Bin?.Value,
                filter.Status,
                filter.Instrument,
                After = after.Value,
                Number = Sought.Number(filter.Number),
                Sought.Of(filter.Q).Name,
                Sought.Of(filter.Q).Typed,
                Take = limit + 1,
            }, ct);
            var page = Page<Row>.Of(rows, limit, cursor, r => r.Id);
            return new Page<StoredJson>([.. page.Items.Select(r => new StoredJson(r.Doc, r.Revision))], page.NextCursor);
        }
    }

    public static Task<Results<Reply<Page<StoredJson>>, CsvReply<AssessmentView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct), page => page.Items.Select(AssessmentView.Of));

    private sealed record Row
    {
        public Guid Id { get; init; }
        public int Revision { get; init; }
        public string Doc { get; init; } = "";
    }

    private const string Sql = """
        SELECT id, revision, doc
          FROM (SELECT id, revision, NULL AS number, 'Draft' AS status, payer_bin, period, instrument, doc FROM assessment_drafts
                 WHERE current_setting('registry.row_scope', true) = '*'
                UNION ALL
                SELECT a.id, r.revision, a.number, r.status, a.payer_bin, a.period, a.instrument, r.doc
                  FROM assessments a
                 CROSS JOIN LATERAL (SELECT revision, status, doc FROM assessment_revisions
                                      WHERE assessment_id = a.id ORDER BY revision DESC LIMIT 1) AS r) AS every
         WHERE current_setting('registry.row_scope', true) IN ('*', payer_bin)
           AND (@After IS NULL OR id > @After)
           AND (@Period IS NULL OR period = @Period)
           AND (@Bin IS NULL OR payer_bin = @Bin)
           AND (@Status IS NULL OR status = @Status)
           AND (@Instrument IS NULL OR instrument = @Instrument)
           AND (@Number IS NULL OR number = @Number)
           AND (@Name IS NULL OR number = @Typed OR payer_bin = @Typed
                OR payer_bin IN (SELECT l.bin FROM licenses l JOIN license_versions n ON n.license_number = l.number
                  WHERE n.folded_name LIKE name_pattern(@Name)))
         ORDER BY id
         LIMIT @Take
        """;
}
