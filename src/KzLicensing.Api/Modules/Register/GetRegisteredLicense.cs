using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Register;

/// <summary>Anybody checks a license by its number.</summary>
internal static class GetRegisteredLicense
{
    public sealed record Query(string Number) : IQuery<RegisteredLicense>;

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, RegisteredLicense>
    {
        public async Task<Result<RegisteredLicense>> Handle(Query query, CancellationToken ct)
        {
            var license = await db.One<RegisteredLicense>(Sql, new { query.Number, Today = CivilTime.DayOf(clock.GetUtcNow()) }, ct);
            return license is null ? LicensingErrors.LicenseNotFound(query.Number) : license;
        }
    }

    public static async Task<PublicReply<RegisteredLicense>> Endpoint(string number, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(number), ct));

    private const string Sql = RegisteredLicense.Select + "WHERE l.number = @Number";
}
