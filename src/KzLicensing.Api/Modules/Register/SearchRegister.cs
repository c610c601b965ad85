using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Register;

/// <summary>Anybody searches the register by number, BIN or part of a name.</summary>
internal static class SearchRegister
{
    public sealed record Filter(
        string? Q = null, string? Region = null, LicenseStatus? Status = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Filter Filter) : IQuery<Page<RegisteredLicense>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Q).MaximumLength(100);
        }
    }

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, Page<RegisteredLicense>>
    {
        public async Task<Result<Page<RegisteredLicense>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var bound = Cursor.Filter("register", filter.Q, filter.Region, filter.Status);
            var after = Cursor.Read(filter.Cursor, bound);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<RegisteredLicense>(Sql, new
            {
                filter.Q,
                filter.Region,
                filter.Status,
                Today = CivilTime.DayOf(clock.GetUtcNow()),
                After = after.Value ?? "",
                Take = filter.Limit + 1,
            }, ct);
            return Page<RegisteredLicense>.Of(rows, filter.Limit, bound, l => l.Number);
        }
    }

    public static async Task<Reply<Page<RegisteredLicense>>> Endpoint(QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(filter.Value), ct));

    private const string Sql = RegisteredLicense.Select + """
         WHERE l.number > @After
           AND (@Region IS NULL OR l.region = @Region)
           AND (@Status IS NULL OR license_status(l.number, l.valid_from, l.valid_to, @Today) = @Status)
           AND (@Q IS NULL OR l.number = @Q OR (l.bin = @Q AND substr(l.bin, 5, 1) >= '4') OR strpos(lower(l.holder_name), lower(@Q)) > 0)
         ORDER BY l.number
         LIMIT @Take
        """;
}
