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

/// <summary>The ministry's open files: what falls due first comes first.</summary>
internal static class ReviewQueue
{
    /// <param name="Number">However it is typed.</param>
    /// <param name="Q">A number, a BIN, or a part of the applicant's name, in any spelling.</param>
    public sealed record Filter(
        ApplicationStatus? Status = null, ApplicationKind? Kind = null, string? Region = null, string? AssignedTo = null,
        bool? Unassigned = null,
        bool? Overdue = null, string? Number = null, string? Q = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

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
            var cursor =
                cursors.For("review-queue", filter.Status, filter.Kind, filter.Region, filter.AssignedTo, filter.Unassigned, filter.Overdue,
                filter.Number, filter.Q);
            var after = cursor.Read<Place>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var (law, now) = (await lawBook.Open(ct), clock.GetUtcNow());
            var rows = await db.Many<ApplicationRow>(Sql, new
            {
                filter.Status,
                filter.Kind,
                filter.Region,
                filter.AssignedTo,
                filter.Unassigned,
                OwnBin = actor.Bin,
                filter.Overdue,
                Today = CivilTime.DayOf(now),
                AfterDay = after.Value?.DueOn,
                AfterId = after.Value?.Id,
                Number = Sought.Number(filter.Number),
                Sought.Of(filter.Q).Name,
                Sought.Of(filter.Q).Typed,
                Take = limit + 1,
            }, ct);
            var page = Page<ApplicationRow>.Of(rows, limit, cursor, r => new Place(r.DueOn ?? DateOnly.MinValue, r.Id));
            return new Page<ApplicationView>([.. page.Items.Select(r => r.ToView(law, now, actor))], page.NextCursor);
        }
    }

    public static Task<Results<Reply<Page<ApplicationView>>, CsvReply<ApplicationView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private sealed record Place(DateOnly DueOn, Guid Id);

    // A file whose due day nobody knows, since the calendar of its year is missing, comes first: it is never overdue by itself.
    private const string Sql = ApplicationRow.Select + """
         WHERE a.status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended')
           AND (@AfterId IS NULL OR (coalesce(a.due_on, '-infinity'), a.id) > (@AfterDay, @AfterId))
           AND (@Status IS NULL OR a.status = @Status)
           AND (@Kind IS NULL OR a.kind = @Kind)
           AND (@Region IS NULL OR a.site_region = @Region)
           -- Who works on a file is not for its applicant's people to find out by asking.
           AND (@AssignedTo IS NULL OR a.assigned_to = @AssignedTo AND a.applicant_bin IS DISTINCT FROM @OwnBin)
           AND (@Unassigned IS NULL OR @Unassigned = (a.assigned_to IS NULL) AND a.applicant_bin IS DISTINCT FROM @OwnBin)
           AND (@Overdue IS NULL OR @Overdue = coalesce(a.due_on < @Today, false))
        """ + ApplicationRow.IsSought + """
         ORDER BY coalesce(a.due_on, '-infinity'), a.id
         LIMIT @Take
        """;
}
