using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Pools;

/// <summary>The ministry accredits a pool (Law 193-VII): miners mine through such pools only.</summary>
internal static class AccreditPool
{
    public sealed record Body(string Name, string Country, DateOnly AccreditedFrom, string Act, DateOnly? AccreditedTo = null,
        string? Homepage = null);

    public sealed record Command(Body Body) : ICommand<PoolView>;

    public sealed record PoolAccredited(Guid PoolId, string Name, string Country, DateOnly From, DateOnly? To, string Act) : IFact
    {
        public string Subject => $"pool:{PoolId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        private static readonly DateOnly Earliest = new(2023, 4, 1), Latest = new(2100, 1, 1);

        public Validator()
        {
            RuleFor(c => c.Body.Name).NotEmpty().MaximumLength(200);
            RuleFor(c => c.Body.Country).Matches(@"^[A-Z]{2}\z");
            RuleFor(c => c.Body.Act).NotEmpty().MaximumLength(200);
            // Law 193-VII is in force since that day.
            RuleFor(c => c.Body.AccreditedFrom).InclusiveBetween(Earliest, Latest);
            RuleFor(c => c.Body.AccreditedTo).InclusiveBetween(Earliest, Latest).GreaterThanOrEqualTo(c => c.Body.AccreditedFrom);
            RuleFor(c => c.Body.Homepage).MaximumLength(500).Must(h => h is null || IsWebAddress(h)).WithCode("unknown-value");
        }

        /// <summary>The register is public: nothing but a plain https address becomes a link there.</summary>
        private static bool IsWebAddress(string text) =>
            Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.UserInfo.Length == 0;
    }

    public sealed class Handler(Db db, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, PoolView>
    {
        public Task<Result<PoolView>> Handle(Command command, CancellationToken ct)
        {
            var (now, body) = (clock.GetUtcNow(), command.Body);
            var pool = new PoolView
            {
                Id = Guid.CreateVersion7(now),
                Version = 1,
                Name = body.Name,
                Country = body.Country,
                Homepage = body.Homepage,
                AccreditedFrom = body.AccreditedFrom,
                AccreditedTo = body.AccreditedTo,
                Act = body.Act,
            };
            db.Write(InsertSql, pool);
            journal.Record(new PoolAccredited(pool.Id, pool.Name, pool.Country, pool.AccreditedFrom, pool.AccreditedTo, pool.Act));
            return Task.FromResult<Result<PoolView>>(pool.On(CivilTime.DayOf(now)));
        }
    }

    public static async Task<CreatedReply<PoolView>> Endpoint(JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(body.Value), ct), p => $"/v1/pools/{p.Id}");

    private const string InsertSql = """
        INSERT INTO pools (id, version, name, country, homepage, accredited_from, accredited_to, act)
        VALUES (@Id, @Version, @Name, @Country, @Homepage, @AccreditedFrom, @AccreditedTo, @Act)
        """;
}
