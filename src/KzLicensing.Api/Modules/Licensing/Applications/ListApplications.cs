using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>Lists applications in the order in which they were opened: in pages, or all in one CSV.</summary>
internal static class ListApplications
{
    /// <param name="Number">However it is typed.</param>
    /// <param name="Q">A number, a BIN, or a part of the applicant's name, in any spelling.</param>
    public sealed record Filter(
        ApplicationStatus? Status = null, string? Region = null, Bin? Bin = null, string? AssignedTo = null, bool? Overdue = null,
        string? Number = null, string? Q = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<ApplicationView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Number).MaximumLength(100);
            RuleFor(q => q.Filter.Q).MaximumLength(100);
        }
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors, LawBook lawBook, TimeProvider clock)
        : IQueryHandler<Query, Page<ApplicationView>>
    {
        public async Task<Result<Page<ApplicationView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("permit-applications", filter.Status, filter.Region, filter.Bin, filter.AssignedTo, filter.Overdue,
                filter.Number, filter.Q);
            var after = cursor.Read<Guid?>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var (law, now) = (await lawBook.Open(ct), clock.GetUtcNow());
            var rows = await db.Many<ApplicationRow>(Sql, new
            {
                filter.Status,
                filter.Region,
                Bin = filter.Bin?.Value,
                filter.AssignedTo,
                OwnBin = actor.Bin,
                filter.Overdue,
                Today = CivilTime.DayOf(now),
                After = after.Value,
                Number = Sought.Number(filter.Number),
                Sought.Of(filter.Q).Name,
                Sought.Of(filter.Q).Typed,
                Take = limit + 1,
            }, ct);
            return Page<ApplicationView>.Of([.. rows.Select(r => r.ToView(law, now, actor))], limit, cursor, a => a.Id);
        }
    }

    public static Task<Results<Reply<Page<ApplicationView>>, CsvReply<ApplicationView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private const string Sql = ApplicationRow.Select + "WHERE " + ApplicationRow.Visible + """
           AND (@After IS NULL OR a.id > @After)
           AND (@Status IS NULL OR a.status = @Status)
           AND (@Region IS NULL OR a.site_region = @Region)
           AND (@Bin IS NULL OR a.applicant_bin = @Bin)
           -- Who works on a file is not for its applicant to find out by asking.
           AND (@AssignedTo IS NULL OR a.assigned_to = @AssignedTo AND current_setting('registry.row_scope', true) = '*'
                                       AND a.applicant_bin IS DISTINCT FROM @OwnBin)
           AND (@Overdue IS NULL OR @Overdue = (coalesce(a.due_on < @Today, false)
                                                AND a.status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended')))
        """ + ApplicationRow.IsSought + """
         ORDER BY a.id
         LIMIT @Take
        """;
}
