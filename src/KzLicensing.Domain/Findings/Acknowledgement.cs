using System.Security.Cryptography;

namespace KzLicensing.Domain.Findings;

/// <summary>An officer knows of a finding and says why it is in order: of this one as it was seen, and of no other.</summary>
/// <param name="FromHour">Counted as <see cref="CivilTime.HourOf(DateTimeOffset)"/> does.</param>
/// <param name="ToHour">The hour after the last one.</param>
/// <param name="Evidence">
/// What was seen, as <see cref="FindingEvidence"/> tells it; null where nobody kept it, and then it holds no longer.
/// </param>
public sealed record Acknowledgement(
    FindingKind Kind, int FromHour, int ToHour, string? Evidence, string By, DateTimeOffset At, string Reason);

/// <summary>
/// What a finding rests on, told apart by a hash: another reading in its hours, another payer or license, or anything else at stake.
/// </summary>
internal static class FindingEvidence
{
    public static string Of(ReadOnlySpan<Mark> marks, MeterHours hours)
    {
        using var seen = new MemoryStream();
        using var writer = new BinaryWriter(seen);
        foreach (var mark in marks)
        {
            writer.Write(mark.FromHour);
            writer.Write(mark.ToHour);
            writer.Write(mark.Wh);
            writer.Write($"{mark.Stretch.State?.PayerBin}|{mark.Stretch.State?.LicenseNumber}|{mark.Stretch.License}");
        }

        for (var hour = marks[0].FromHour; hour < marks[^1].ToHour; hour++)
        {
            writer.Write(hours.WhIn(hour) ?? -1);
            writer.Write(hours.IsEstimated(hour));
        }

        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(seen.ToArray()))}";
    }
}
