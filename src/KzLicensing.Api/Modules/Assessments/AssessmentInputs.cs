using System.Security.Cryptography;
using System.Text.Json;
using KzLicensing.Api.Modules.Metering;
using KzLicensing.Api.Modules.Tariffs;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>Everything that one payer's assessment is computed from.</summary>
internal sealed record AssessmentInputs(
    string PayerBin, IReadOnlyList<(SubPeriod Part, Energy Energy)> Parts, IReadOnlyDictionary<string, Purchases> Purchases)
{
    /// <summary>SHA-256 over all inputs: equal inputs, equal fingerprint, equal amount.</summary>
    public string Fingerprint()
    {
        var canonical = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                PayerBin,
                Parts = Parts.Select(p => new { p.Part, p.Energy }),
                Purchases = Purchases.OrderBy(p => p.Key, StringComparer.Ordinal)
            }, Json.Options);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(canonical))}";
    }
}

/// <summary>Reads the inputs of many payers at once: five statements, whatever their number.</summary>
internal static class AssessmentInputsQuery
{
    public static async Task<Dictionary<string, Result<AssessmentInputs>>> AssessmentInputs(
        this Db db, Quarter quarter, Instrument instrument, string[] bins, LawTables law, DateTimeOffset knownAt, CancellationToken ct)
    {
        var tariffs = await db.AdoptedTariffs(instrument, quarter.From, quarter.To, ct);
        var points = await db.Many<PointRow>(PointsSql, new { Bins = bins, quarter.To }, ct);
        var licenses = (await db.Many<TermRow>(LicensesSql, new { Bins = bins }, ct)).ToLookup(l => l.Bin);
        var bought =
            (await db.Many<BoughtRow>(PurchasesSql, new { Ids = points.Select(p => p.Id).ToArray(), quarter.From, quarter.To }, ct))
            .ToDictionary(b => b.Code, b => new Purchases(b.Kwh, b.CostKzt));

        var histories = points.ToDictionary(p => p.Code, p => p.ToDomain());
        var ids = points.ToDictionary(p => p.Code, p => p.Id);
        var split = bins.ToDictionary(bin => bin, bin => SubPeriod.Split(
            quarter, bin, histories.Values, licenses[bin].ToDictionary(l => l.Number, l => l.ToDomain()), tariffs));
        var parts = split.Values.Where(s => !s.IsFailure).SelectMany(s => s.Value!).ToList();
        var energy = await Energies(db, parts, ids, law, knownAt, ct);
        return bins.ToDictionary(bin => bin, bin => split[bin].Map(own => new AssessmentInputs(
            bin,
            [.. own.Select(part => (part, energy[part]))],
            own.Select(p => p.MeteringPoint).Distinct().Where(bought.ContainsKey).ToDictionary(code => code, code => bought[code]))));
    }

    private static async Task<Dictionary<SubPeriod, Energy>> Energies(
        Db db, List<SubPeriod> parts, Dictionary<string, int> ids, LawTables law, DateTimeOffset knownAt, CancellationToken ct)
    {
        var from = parts.ConvertAll(p => law.CivilTime.StartOf(p.Days.From, p.Region)).ToArray();
        var to = parts.ConvertAll(p => law.CivilTime.StartOf(p.Days.To, p.Region)).ToArray();
        var sums = await db.Consumption([.. parts.Select(p => ids[p.MeteringPoint])], from, to, knownAt, ct);
        var energy = new Dictionary<SubPeriod, Energy>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < parts.Count; i++)
            energy[parts[i]] =
                new Energy(sums[i].Wh / 1000m, sums[i].EstimatedWh / 1000m, (int)(to[i] - from[i]).TotalHours - sums[i].KnownHours);
        return energy;
    }

    private sealed record PointRow
    {
        public int Id { get; init; }
        public string Code { get; init; } = "";
        public string SiteRegion { get; init; } = "";
        public string Facts { get; init; } = "[]";

        public MeteringPointHistory ToDomain() =>
            new(Code, SiteRegion, JsonSerializer.Deserialize<List<MeteringPointFact>>(Facts, Json.Stored)!);
    }

    private sealed record TermRow
    {
        public string Number { get; init; } = "";
        public string Bin { get; init; } = "";
        public DateOnly ValidFrom { get; init; }
        public DateOnly ValidTo { get; init; }
        public string Events { get; init; } = "[]";

        public LicenseTerm ToDomain() => new(ValidFrom, ValidTo, JsonSerializer.Deserialize<List<LicenseEvent>>(Events, Json.Stored)!);
    }

    private sealed record BoughtRow
    {
        public string Code { get; init; } = "";
        public decimal Kwh { get; init; }
        public decimal CostKzt { get; init; }
    }

    private const string PointsSql = """
        SELECT p.id, p.code, p.site_region,
               (SELECT json_agg(json_build_object('effectiveFrom', f.effective_from, 'recordedAt', f.recorded_at, 'payerBin', f.payer_bin,
                                                  'powerSource', f.power_source, 'meterState', f.meter_state,
                                                  'maximumCapacityKw', f.maximum_capacity_kw, 'licenseNumber', f.license_number))
                  FROM metering_point_facts f WHERE f.metering_point_id = p.id)::text AS facts
          FROM metering_points p
         WHERE p.id IN (SELECT metering_point_id FROM metering_point_facts WHERE payer_bin = ANY(@Bins) AND effective_from < @To)
         ORDER BY p.code
        """;

    private const string LicensesSql = """
        SELECT l.number, l.bin, l.valid_from, l.valid_to,
               (SELECT coalesce(json_agg(json_build_object('kind', e.kind, 'effectiveFrom', e.effective_from, 'effectiveUntil',
                       e.effective_until)
                                         ORDER BY e.sequence), '[]')
                  FROM license_events e WHERE e.license_number = l.number)::text AS events
          FROM licenses l
         WHERE l.bin = ANY(@Bins)
        """;

    private const string PurchasesSql = """
        SELECT p.code, sum(b.kwh) AS kwh, sum(b.cost_kzt) AS cost_kzt
          FROM standing_purchases b
          JOIN metering_points p ON p.id = b.metering_point_id
         WHERE b.metering_point_id = ANY(@Ids) AND b.month >= @From AND b.month < @To
         GROUP BY p.code
        """;
}
