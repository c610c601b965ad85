using System.IO.Pipelines;
using FluentValidation;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Idempotency;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Domain;
using MediatR;
using Npgsql;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// Takes a file of hourly readings as it streams in; the fate of every line is known, and the same file again changes nothing.
/// </summary>
internal static class UploadReadings
{
    private const int ErrorsShown = 100;

    /// <param name="Mode"><c>atomic</c> stores all or nothing; <c>partial</c> stores the good lines.</param>
    /// <param name="BatchId">Chosen by a sender who wants to ask for progress while the file streams.</param>
    public sealed record Filter(string Mode = ReadingsMode.Atomic, Guid? BatchId = null);

    public sealed record Command(ReadingsFormat Format, string? Charset, PipeReader Body, Filter Filter) : ICommand<Response>;

    /// <param name="Received">Hours that the file names; accepted, unchanged, superseded and rejected add up to it.</param>
    /// <param name="Unchanged">Hours that stay as they were, gaps and outdated ones among them.</param>
    /// <param name="Gaps">Hours named without a value; what is known of them stays.</param>
    /// <param name="Outdated">
    /// Hours of which a newer message of the same sender has spoken; they stay as that one said. Layout 80020 only.
    /// </param>
    /// <param name="NewerMessage">The number of the newest such message; null when there is none.</param>
    /// <param name="Ignored">Values that are not active energy taken in at a metering point; layout 80020 only, and not received.</param>
    public sealed record Response(
        Guid BatchId, long Received, long Accepted, long Unchanged, long Superseded, long Rejected, long Gaps, long Outdated,
        long? NewerMessage,
        long Ignored, IReadOnlyList<LineProblem> Errors);

    public sealed record ReadingsLoaded(
        Guid BatchId, long Received, long Accepted, long Unchanged, long Superseded, long Rejected, long Gaps, long Outdated,
        string Sha256) : IFact, ICounted
    {
        public string Subject => $"reading-batch:{BatchId}";

        public void Count()
        {
            Figures.Loaded("accepted", Accepted);
            Figures.Loaded("unchanged", Unchanged);
            Figures.Loaded("superseded", Superseded);
            Figures.Loaded("rejected", Rejected);
        }
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Filter.Mode).OneOf(ReadingsMode.All);
    }

    public sealed class Handler(
        Db db, LawBook law, IngestOptions limits, RunningLoads running, Actor actor, JournalEntry journal, IdempotencyKey key,
        TimeProvider clock)
        : ICommandHandler<Command, Response>
    {
        private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var civil = (await law.Open(ct)).CivilTime;
            var started = clock.GetUtcNow();
            var file = ReadingsFile.Of(command.Format, command.Charset, command.Body, (long)(started - Epoch).TotalHours - 1, civil);
            var batchId = command.Filter.BatchId ?? Guid.CreateVersion7(started);
            using var load = running.Start(batchId, file, command.Filter.Mode, started, actor.Id);
            if (load is null) return MeteringErrors.BatchExists();
            key.BodyDigest = () => file.Digest(ct);
            var points = await db.Many<PointRow>(PointsSql, new { }, ct);
            var connection = await db.Connection(ct);
            var codes = new MeteringPointCodes(points.ToDictionary(p => p.Code, p => p.ToPlace(civil)));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(limits.MaxDuration);
            var days = await Receive(connection, file, codes, patience.Token);
            if (days is null) return MeteringErrors.TookTooLong(limits.MaxDuration);
            if (IsRefused(file, command.Filter.Mode)) return Refuse(file);
            return await Store(connection, batchId, file, days, command.Filter.Mode, ct);
        }

        /// <summary>Null when the file is not there by the time that there is patience for it.</summary>
        private static async Task<ReadingDays?> Receive(
            NpgsqlConnection connection, ReadingsFile file, MeteringPointCodes codes, CancellationToken patience)
        {
            try
            {
                await using (var create =
                    new NpgsqlCommand(IncomingDays.CreateSql, connection)) await create.ExecuteNonQueryAsync(patience);
                await using var incoming = await IncomingDays.Open(connection, patience);
                var days = new ReadingDays(incoming.Write);
                await file.ReadInto(days, codes, patience);
                await incoming.Complete();
                return days;
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                return null;
            }
        }

        private async Task<Result<Response>> Store(
            NpgsqlConnection connection, Guid batchId, ReadingsFile file, ReadingDays days, string mode, CancellationToken ct)
        {
            var sha256 = await file.Digest(ct);
            if (days.MayRepeat)
            {
                var repeated = await ReadingStore.TakeOutRepeated(connection, ReadingsFile.MaxErrors + 1, ct);
                file.RefuseRepeated(repeated);
                days.TakeBack(repeated.Length);
                if (IsRefused(file, mode)) return Refuse(file);
            }

            var number = await ReadingStore.TakeTurn(connection, ct);
            var outdated = file.Order is { } order ? await order.TakeOutOutdated(connection, ct) : Outdated.Nothing;
            var standing = file.Order is null && await ReadingStore.Stands(connection, sha256, ct);
            var fate = standing ? new Fate(0, days.Hours, 0) : await ReadingStore.Merge(connection, days, number, ct);
            if (file.Order is { } message) await message.Remember(connection, number, ct);
            var unchanged = fate.Unchanged + file.Gaps;
            await ReadingStore.HoldAnswers(connection, ct);
            db.Write(BatchSql, new
            {
                Id = batchId,
                Number = number,
                Sha256 = sha256,
                Mode = mode,
                FirstDay = days.Range?.First,
                LastDay = days.Range?.Last,
                file.Received,
                fate.Accepted,
                Unchanged = unchanged,
                fate.Superseded,
                file.Rejected,
                file.Gaps,
                Outdated = outdated.Hours,
                file.Ignored,
                file.Order?.Sender,
                MessageNumber = file.Order?.Number,
                file.Order?.WrittenAt,
                At = clock.GetUtcNow(),
                By = actor.Id,
                Lines = file.Errors.Select(e => e.Line).ToArray(),
                Codes = file.Errors.Select(e => e.Code).ToArray(),
            });
            journal.Record(new ReadingsLoaded(
                batchId, file.Received, fate.Accepted, unchanged, fate.Superseded, file.Rejected, file.Gaps, outdated.Hours,
                Convert.ToHexStringLower(sha256)));
            return new Response(
                batchId, file.Received, fate.Accepted, unchanged, fate.Superseded, file.Rejected, file.Gaps, outdated.Hours,
                outdated.Newest,
                file.Ignored, Shown(file));
        }

        private static bool IsRefused(ReadingsFile file, string mode) =>
            file.Unusable || (file.Rejected > 0 && mode == ReadingsMode.Atomic);

        private static Error Refuse(ReadingsFile file) =>
            new Error("readings-rejected", file.Unusable
                    ? "The file as a whole is not acceptable; nothing was stored."
                    : $"{file.Rejected} of {file.Received} readings are not acceptable; nothing was stored.")
                .With("received", file.Received).With("rejected", file.Rejected).With("errors", Shown(file));

        private static List<LineProblem> Shown(ReadingsFile file) => [.. file.Errors.Take(ErrorsShown).Select(LineProblem.Of)];
    }

    public static async Task<CreatedReply<Response>> Endpoint(ReadingsBody body, QueryString<Filter> filter, IMediator mediator,
        CancellationToken ct) =>
        new(
            await mediator.Send(new Command(body.Format, body.Charset, body.Pipe, filter.Value), ct),
            r => $"/v1/reading-batches/{r.BatchId}");

    private sealed record PointRow
    {
        public int Id { get; init; }
        public string Code { get; init; } = "";
        public string SiteRegion { get; init; } = "";

        public MeteringPlace ToPlace(CivilTime civil) =>
            new(Id, SiteRegion, CivilTime.HourOf(civil.StartOf(PointRules.Earliest, SiteRegion)));
    }

    private const string PointsSql = "SELECT id, code, site_region FROM metering_points";

    private const string BatchSql = """
        WITH batch AS (
            INSERT INTO reading_batches (
                id, sequence, sha256, mode, first_day, last_day, received, accepted, unchanged, superseded, rejected, gaps, outdated,
                ignored,
                message_sender, message_number, message_written_at, received_at, received_by)
            VALUES (
                @Id, @Number, @Sha256, @Mode, @FirstDay, @LastDay, @Received, @Accepted, @Unchanged, @Superseded, @Rejected, @Gaps,
                @Outdated, @Ignored,
                @Sender, @MessageNumber, @WrittenAt, @At, @By)
            RETURNING id)
        INSERT INTO reading_batch_errors (batch_id, number, line, code)
        SELECT batch.id, e.number, e.line, e.code FROM batch, unnest(@Lines, @Codes) WITH ORDINALITY AS e(line, code, number)
        """;
}
