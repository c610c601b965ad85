namespace KzLicensing.Api.Modules.Findings;

/// <summary>Who answers for a metering point's data.</summary>
internal static class PointOperator
{
    /// <summary>Who sent the latest reading of the months from <c>@FirstDay</c> to <c>@To</c>; where none came, who registered the point.</summary>
    public const string Sql = """
        coalesce((SELECT b.received_by FROM reading_days d JOIN reading_batches b ON b.id = d.batch_id
                   WHERE d.metering_point_id = p.id AND d.day >= @FirstDay AND d.day < @To ORDER BY d.day DESC LIMIT 1), p.created_by)
        """;
}
