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

    public sealed class Handler(Db db, NpgsqlDataSource source, LawBook lawBook, TimeProvider clock) : IQueryHandler<Query, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Query query, CancellationToken ct)
        {
            var row = await db.One<ApplicationRow>(Sql, new { query.Id }, ct);
            if (row is null) return LicensingErrors.ApplicationNotFound();
            if (row.Status is ApplicationStatus.Recommended) row = row with { WaitingPosition = await Position(query.Id, ct) };
            return row.ToView(await lawBook.Open(ct), clock.GetUtcNow());
        }

        /// <summary>An applicant may know the own place among applications that are nobody's business: the registry itself counts.</summary>
        private async Task<int?> Position(Guid id, CancellationToken ct)
        {
            await using var everybodys = new Db(source, Actor.Registry);
            return await everybodys.One<int?>(PositionSql, new { Id = id }, ct);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(Guid id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id), ct));

    private const string Sql = ApplicationRow.Select + "WHERE a.id = @Id AND " + ApplicationRow.Visible;

    private const string PositionSql = "SELECT position FROM waiting_applications() WHERE application_id = @Id";
}
