using System.Text.Json.Serialization;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>Electricity bought at a metering point in a month.</summary>
internal sealed record PurchaseView : IVersioned
{
    public Guid Id { get; init; }
    public string MeteringPoint { get; init; } = "";
    public string Month { get; init; } = "";
    public decimal Kwh { get; init; }
    public decimal CostKzt { get; init; }
    public string Source { get; init; } = "";
    public string Reference { get; init; } = "";
    public DateTime RecordedAt { get; init; }

    /// <summary>From then on it no longer counts.</summary>
    public DateTime? WithdrawnAt { get; init; }

    /// <summary>For staff that does not act for the payer, and for whoever it was.</summary>
    public string? WithdrawnBy { get; init; }

    public string? WithdrawalReason { get; init; }

    /// <summary>Once recorded, all that can happen to a purchase is that it is withdrawn.</summary>
    int IVersioned.Version => WithdrawnAt is null ? 1 : 2;

    [JsonIgnore]
    public string? PayerBin { get; init; }

    public PurchaseView For(Actor reader) =>
        reader.ReadsAsStaff(PayerBin) || WithdrawnBy == reader.Id ? this : this with { WithdrawnBy = null };

    /// <summary>Who pays at the end of the month.</summary>
    private const string Payer = "payer_of(p.id, (b.month + interval '1 month - 1 day')::date)";

    public const string Select = $"""
        SELECT b.id, p.code AS metering_point, to_char(b.month, 'YYYY-MM') AS month, b.kwh, b.cost_kzt, b.source, b.reference,
               b.recorded_at,
               w.at AS withdrawn_at, w.by AS withdrawn_by, w.reason AS withdrawal_reason, {Payer} AS payer_bin
          FROM electricity_purchases b
          JOIN metering_points p ON p.id = b.metering_point_id
          LEFT JOIN electricity_purchase_withdrawals w ON w.purchase_id = b.id

        """;

    /// <summary>Staff sees all purchases; a payer those of the months at whose end it pays.</summary>
    public const string Visible = $"current_setting('registry.row_scope', true) IN ('*', {Payer})";
}
