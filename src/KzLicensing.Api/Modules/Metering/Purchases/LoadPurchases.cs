using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>Records a file of purchases: all of them, or none and the reason for every line that is not acceptable.</summary>
internal static class LoadPurchases
{
    public sealed record Command(NamelessFile File) : ICommand<Response>;

    /// <param name="Kwh">The sum over the file.</param>
    /// <param name="CostKzt">The sum over the file.</param>
    public sealed record Response(int Recorded, decimal Kwh, decimal CostKzt);

    public sealed record PurchasesLoaded(string Sha256, int Recorded, decimal Kwh, decimal CostKzt) : IFact
    {
        public string Subject => $"purchases:{Sha256}";
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var read = await PurchasesFile.Read(command.File.Content, ct);
            if (read.IsFailure) return read.Error;
            var (file, now) = (read.Value, clock.GetUtcNow());
            if (file.Errors.Count > InputErrors.MaxProblems) return MeteringErrors.PurchasesRejected(file.Errors);
            var ids = await Resolve(file, now, ct);
            if (file.Errors.Count > 0) return MeteringErrors.PurchasesRejected(file.Errors);

            var purchases = file.Lines.Select(l => l.Purchase).ToList();
            db.Write(InsertSql, new
            {
                Ids = purchases.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                PointIds = ids,
                Months = purchases.Select(p => PurchaseMonth.Parse(p.Month)!.Value).ToArray(),
                Kwh = purchases.Select(p => p.Kwh).ToArray(),
                CostKzt = purchases.Select(p => p.CostKzt).ToArray(),
                Sources = purchases.Select(p => p.Source).ToArray(),
                References = purchases.Select(p => p.Reference).ToArray(),
                At = now,
                By = actor.Id,
            });
            var loaded = new Response(purchases.Count, purchases.Sum(p => p.Kwh), purchases.Sum(p => p.CostKzt));
            journal.Record(new PurchasesLoaded(
                Convert.ToHexStringLower(command.File.Sha256), loaded.Recorded, loaded.Kwh, loaded.CostKzt));
            return loaded;
        }

        /// <summary>The metering point of each line; lines that name none, or a purchase that is there already, are errors.</summary>
        private async Task<int[]> Resolve(PurchasesFile file, DateTimeOffset now, CancellationToken ct)
        {
            var (lines, errors) = (file.Lines, file.Errors);
            var found = await db.Many<Row>(ResolveSql, new
            {
                Codes = lines.Select(l => l.Purchase.MeteringPoint).ToArray(),
                Months = lines.Select(l => PurchaseMonth.Parse(l.Purchase.Month)!.Value).ToArray(),
                References = lines.Select(l => l.Purchase.Reference).ToArray(),
            }, ct);
            var seen = new HashSet<(string, string, string)>();
            foreach (var (line, row) in lines.Zip(found))
            {
                var purchase = line.Purchase;
                var error = row.PointId is null ? "metering-point-unknown"
                    : PurchaseMonth.IsAhead(purchase.Month, now) ? "month-in-future"
                    : !row.IsKnown ? "before-first-fact"
                    : row.Recorded ? "purchase-exists"
                    : !seen.Add((purchase.MeteringPoint, purchase.Month, purchase.Reference)) ? "purchase-twice"
                    : null;
                if (error is not null) errors.Add(new LineError(line.Line, error));
            }

            return [.. found.Select(f => f.PointId ?? 0)];
        }
    }

    public static async Task<Reply<Response>> Endpoint(PurchasesFileBody body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(body.File!), ct));

    private sealed record Row
    {
        public int? PointId { get; init; }
        public bool IsKnown { get; init; }
        public bool Recorded { get; init; }
    }

    // A payer speaks for the months at whose end it pays; the grid operator for all.
    private const string ResolveSql = """
        SELECT p.id AS point_id, payer_of(p.id, l.last_day) IS NOT NULL AS is_known, b.id IS NOT NULL AS recorded
          FROM (SELECT *, (month + interval '1 month - 1 day')::date AS last_day
                  FROM unnest(@Codes, @Months, @References) WITH ORDINALITY AS given(code, month, reference, n)) AS l
          LEFT JOIN metering_points p ON p.code = l.code
          AND current_setting('registry.row_scope', true) IN ('*', payer_of(p.id, l.last_day))
          LEFT JOIN electricity_purchases b ON b.metering_point_id = p.id AND b.month = l.month AND b.reference = l.reference
         ORDER BY l.n
        """;

    private const string InsertSql = """
        INSERT INTO electricity_purchases (id, metering_point_id, month, kwh, cost_kzt, source, reference, recorded_at, recorded_by)
        SELECT l.*, @At, @By FROM unnest(@Ids, @PointIds, @Months, @Kwh, @CostKzt, @Sources, @References) AS l
        """;
}
