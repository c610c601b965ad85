using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>Reads a license as it is, or as it was or will be on a day.</summary>
internal static class GetLicense
{
    public sealed record Filter(DateOnly? AsOf = null);

    public sealed record Query(string Number, Filter Filter) : IQuery<LicenseView>;

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, LicenseView>
    {
        public async Task<Result<LicenseView>> Handle(Query query, CancellationToken ct)
        {
            var on = query.Filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow());
            var row = await db.One<LicenseRow>(Sql, new { query.Number, On = on }, ct);
            return row is null ? LicensingErrors.LicenseNotFound(query.Number) : row.ToView(on);
        }
    }

    public static async Task<Reply<LicenseView>> Endpoint(string number, QueryString<Filter> filter, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Query(number, filter.Value), ct));

    private const string Sql = LicenseRow.Select + """
         WHERE l.number = @Number AND current_setting('registry.row_scope', true) IN ('*', l.bin)
        """;
}
