using System.Buffers.Binary;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>
/// All hours of many metering points. The days of a point travel as one value: a row for each of them costs more than judging it.
/// </summary>
internal static class HoursQuery
{
    private const int HoursInDay = 24;

    /// <summary>
    /// In bytes: a date, two sets of hours, and an array, which is five numbers that describe it and then each element after its length.
    /// </summary>
    private const int Known = 4, Estimated = 8, Wh = 12 + 5 * 4, Element = 8, WholeDay = Wh + HoursInDay * Element;

    private static readonly DateOnly Epoch = new(2000, 1, 1);

    /// <summary>Fills the hours of each metering point with what was read on these civil days.</summary>
    public static async Task Fill(this Db db, IReadOnlyDictionary<int, MeterHours> byPoint, DayRange days, CancellationToken ct)
    {
        // A civil day of a place may begin on the national day before.
        var rows = await db.Many<Row>(Sql, new { Ids = byPoint.Keys.ToArray(), First = days.From.AddDays(-1), Last = days.To }, ct);
        foreach (var row in rows) Fill(byPoint[row.MeteringPointId], row.Days);
    }

    private static void Fill(MeterHours hours, ReadOnlySpan<byte> days)
    {
        Span<int> wh = stackalloc int[HoursInDay];
        for (; !days.IsEmpty; days = days[WholeDay..])
        {
            for (var hour = 0; hour < HoursInDay; hour++) wh[hour] = Number(days, Wh + hour * Element + 4);
            hours.Add(Epoch.AddDays(Number(days, 0)), Number(days, Known), Number(days, Estimated), wh);
        }
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);

    private sealed record Row
    {
        public int MeteringPointId { get; init; }
        public byte[] Days { get; init; } = [];
    }

    private const string Sql = """
        SELECT metering_point_id,
               string_agg(date_send(day) || int4send(known_hours) || int4send(estimated_hours) || array_send(wh), NULL) AS days
          FROM reading_days
         WHERE metering_point_id = ANY(@Ids) AND day BETWEEN @First AND @Last
         GROUP BY metering_point_id
        """;
}
