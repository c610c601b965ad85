using System.Globalization;
using FluentValidation;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>
/// Records what was bought at a metering point in a month and what it cost: the average price of a quarter comes from these.
/// </summary>
internal static class RecordPurchase
{
    /// <param name="Month"><c>2026-01</c>.</param>
    public sealed record Body(string MeteringPoint, string Month, decimal Kwh, decimal CostKzt, string Source, string Reference)
    {
        /// <summary>Another spelling of it makes no other reference.</summary>
        public Body Trimmed() => this with { Source = TypedText.Line(Source), Reference = TypedText.Line(Reference) };
    }

    /// <summary>
    /// More than a gigawatt around the clock for a month: beyond it is a slip of the pen that would swamp every sum it enters.
    /// </summary>
    public const decimal MaxKwh = 1_000_000_000;

    /// <summary>A thousand tenge for each of those kilowatt-hours.</summary>
    public const decimal MaxCostKzt = 1_000 * MaxKwh;

    public sealed record Command(Body Body) : ICommand<PurchaseView>;

    public sealed record PurchaseRecorded(Guid PurchaseId, Body Content) : IFact
    {
        public string Subject => $"metering-point:{Content.MeteringPoint}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.MeteringPoint).NotEmpty().MaximumLength(64);
            RuleFor(c => c.Body.Month).Matches(Patterns.Month).WithCode("month-malformed");
            RuleFor(c => c.Body.Kwh).GreaterThan(0).LessThanOrEqualTo(MaxKwh).PrecisionScale(18, 3, true);
            RuleFor(c => c.Body.CostKzt).GreaterThanOrEqualTo(0).LessThanOrEqualTo(MaxCostKzt).PrecisionScale(20, 2, true);
            RuleFor(c => c.Body.Source).NotEmpty().MaximumLength(100);
            RuleFor(c => c.Body.Reference).NotEmpty().MaximumLength(100);
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, PurchaseView>
    {
        public async Task<Result<PurchaseView>> Handle(Command command, CancellationToken ct)
        {
            var body = command.Body.Trimmed();
            var now = clock.GetUtcNow();
            if (PurchaseMonth.IsAhead(body.Month, now)) return MeteringErrors.MonthInFuture();
            var point = await db.One<PointRow>(PointSql, new { Code = body.MeteringPoint, On = PurchaseMonth.LastDay(body.Month) }, ct);
            if (point is null) return MeteringErrors.PointNotFound();
            if (!point.IsKnown) return MeteringErrors.MonthBeforeFirstFact();

            var view = new PurchaseView
            {
                Id = Guid.CreateVersion7(now),
                MeteringPoint = body.MeteringPoint,
                Month = body.Month,
                Kwh = body.Kwh,
                CostKzt = body.CostKzt,
                Source = body.Source,
                Reference = body.Reference,
                RecordedAt = now.UtcDateTime,
            };
            db.Write(InsertSql, new
            {
                view.Id,
                PointId = point.Id,
                Month = PurchaseMonth.Parse(body.Month),
                body.Kwh,
                body.CostKzt,
                body.Source,
                body.Reference,
                At = now,
                By = actor.Id,
            });
            journal.Record(new PurchaseRecorded(view.Id, body));
            return view;
        }
    }

    /// <summary>A file of purchases takes the same way in: see <see cref="LoadPurchases"/>.</summary>
    public static async Task<Results<CreatedReply<PurchaseView>, Reply<LoadPurchases.Response>>> Endpoint(
        PurchasesBody body, IMediator mediator, CancellationToken ct) =>
        body.One is { } one
            ? new CreatedReply<PurchaseView>(
                await mediator.Send(new Command(one), ct), p => $"/v1/electricity-purchases/{p.Id}")
            : new Reply<LoadPurchases.Response>(await mediator.Send(new LoadPurchases.Command(body.File!), ct));

    private sealed record PointRow
    {
        public int Id { get; init; }
        public bool IsKnown { get; init; }
    }

    // A payer speaks for the months at whose end it pays; the grid operator for all since the point's first fact.
    private const string PointSql =
        "SELECT p.id, payer_of(p.id, @On) IS NOT NULL AS is_known FROM metering_points p WHERE p.code = @Code AND "
            + "" + MeteringPointRow.VisibleOn;

    private const string InsertSql = """
        INSERT INTO electricity_purchases (id, metering_point_id, month, kwh, cost_kzt, source, reference, recorded_at, recorded_by)
        VALUES (@Id, @PointId, @Month, @Kwh, @CostKzt, @Source, @Reference, @At, @By)
        """;
}

/// <summary>A month as <c>2026-01</c>, kept as its first day.</summary>
internal static class PurchaseMonth
{
    public static DateOnly? Parse(string text) =>
        DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            && first.Year is >= 2020 and <= 2100
            ? first
            : null;

    /// <summary>The month has not begun.</summary>
    public static bool IsAhead(string text, DateTimeOffset now) => Parse(text) > CivilTime.DayOf(now);

    public static DateOnly LastDay(string text) => Parse(text)!.Value.AddMonths(1).AddDays(-1);
}
