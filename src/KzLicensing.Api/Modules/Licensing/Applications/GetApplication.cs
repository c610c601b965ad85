using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Npgsql;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>Reads one application: the own one, or any for the ministry's staff.</summary>
internal static class GetApplication
{
    public sealed record Query(Guid Id) : IQuery<ApplicationView>;

    public sealed class Handler(Db db, Actor actor, NpgsqlDataSource source, LawBook lawBook, TimeProvider clock)
        : IQueryHandler<Query, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Query query, CancellationToken ct)
        {
            var row = await db.One<ApplicationRow>(Sql, new { query.Id }, ct);
            if (row is null) return LicensingErrors.ApplicationNotFound();
            if (IsPlaced(row)) row = row with { WaitingPosition = await Position(row, ct) };
            return row.ToView(await lawBook.Open(ct), clock.GetUtcNow(), actor);
        }

        /// <summary>An applicant is told the place whatever was recommended: that is not known before the decision.</summary>
        private bool IsPlaced(ApplicationRow row) => row.Status is ApplicationStatus.Recommended
            && (row.RecommendedOutcome is Outcome.Approve || !actor.ReadsAsStaff(row.ApplicantBin));

        /// <summary>
        /// An applicant may know the own place among applications that are nobody's business: the registry itself counts.
        /// </summary>
        private async Task<int?> Position(ApplicationRow row, CancellationToken ct)
        {
            await using var everybodys = new Db(source, Actor.Registry);
            return await everybodys.One<int?>(PositionSql, new { row.Id }, ct);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id), ct));

    private const string Sql = ApplicationRow.Select + "WHERE a.id = @Id AND " + ApplicationRow.Visible;

    // Hosted power, and a re-issue or renewal that asks for no more than is licensed, wait for nothing.
    private const string PositionSql = """
        SELECT (SELECT count(*) + 1 FROM waiting_applications() w WHERE (w.submitted_at, w.application_id) < (a.submitted_at, a.id))::int
          FROM permit_applications a
          LEFT JOIN license_versions v ON v.license_number = a.previous_license_number AND v.effective_until = 'infinity'
         WHERE a.id = @Id AND a.subtype = 'I' AND a.requested_kw > coalesce(v.licensed_kw, 0)
        """;
}
