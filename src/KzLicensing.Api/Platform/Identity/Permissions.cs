using System.Collections.Frozen;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>What may be done, and the one table of who may do it. Routes name permissions; roles are named only here.</summary>
internal static class Permissions
{
    public const string ApplicationsWrite = "applications:write";
    public const string ApplicationsRead = "applications:read";
    public const string ApplicationsQueue = "applications:queue";
    public const string ApplicationsReview = "applications:review";
    public const string ApplicationsApprove = "applications:approve";
    public const string LicensesRead = "licenses:read";
    public const string LicensesEnforce = "licenses:enforce";
    public const string LicensesSurrender = "licenses:surrender";
    public const string CapacityRead = "capacity:read";
    public const string CapacityWrite = "capacity:write";
    public const string TariffsRead = "tariffs:read";
    public const string MeteringPointsRead = "metering-points:read";
    public const string MeteringPointsWrite = "metering-points:write";
    public const string ReadingsWrite = "readings:write";
    public const string ConsumptionRead = "consumption:read";
    public const string PurchasesWrite = "purchases:write";
    public const string PurchasesRead = "purchases:read";
    public const string FindingsRead = "findings:read";
    public const string FindingsAcknowledge = "findings:acknowledge";
    public const string CompletenessRead = "completeness:read";
    public const string AssessmentsRead = "assessments:read";
    public const string AssessmentsRun = "assessments:run";
    public const string AssessmentsIssue = "assessments:issue";
    public const string TaxFeedRead = "tax-feed:read";
    public const string ReferenceRead = "reference:read";
    public const string ReceiptsRead = "receipts:read";
    public const string AuditRead = "audit:read";

    private const string Applicant = "Applicant";

    private static readonly string[] Everybody = [TariffsRead, ReferenceRead, ReceiptsRead];

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByRole = new Dictionary<string, string[]>
    {
        [Applicant] =
        [
            ApplicationsWrite, ApplicationsRead, LicensesRead, LicensesSurrender, MeteringPointsRead, ConsumptionRead, PurchasesWrite, PurchasesRead,
            FindingsRead, AssessmentsRead,
        ],
        ["Officer"] =
        [
            ApplicationsRead, ApplicationsQueue, ApplicationsReview, LicensesRead, LicensesEnforce, CapacityRead, MeteringPointsRead, MeteringPointsWrite,
            ConsumptionRead, FindingsRead,
        ],
        ["Approver"] = [ApplicationsRead, ApplicationsQueue, ApplicationsApprove, LicensesRead, LicensesEnforce, LicensesSurrender, CapacityRead, CapacityWrite],
        ["TariffAuthority"] = [LicensesRead, CapacityRead, ConsumptionRead],
        ["TaxAuthority"] =
        [
            LicensesRead, MeteringPointsRead, ConsumptionRead, PurchasesRead, FindingsRead, FindingsAcknowledge, CompletenessRead, AssessmentsRead,
            AssessmentsRun, AssessmentsIssue, TaxFeedRead,
        ],
        ["GridOperator"] =
        [
            LicensesRead, MeteringPointsRead, MeteringPointsWrite, ReadingsWrite, ConsumptionRead, PurchasesWrite, PurchasesRead, FindingsRead,
            CompletenessRead,
        ],
        ["Inspector"] = [LicensesRead, MeteringPointsRead, MeteringPointsWrite, ConsumptionRead, FindingsRead, FindingsAcknowledge, CompletenessRead],
        ["Auditor"] =
        [
            ApplicationsRead, ApplicationsQueue, LicensesRead, CapacityRead, MeteringPointsRead, ConsumptionRead, PurchasesRead, FindingsRead,
            CompletenessRead, AssessmentsRead, AuditRead,
        ],
        ["Administrator"] = [CapacityRead, CapacityWrite],
    }.ToFrozenDictionary(r => r.Key, r => r.Value.Concat(Everybody).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);

    public static readonly IReadOnlyList<string> All = [.. ByRole.Values.SelectMany(p => p).Distinct().Order(StringComparer.Ordinal)];

    public static readonly IReadOnlyList<string> Roles = [.. ByRole.Keys.Order(StringComparer.Ordinal)];

    public static bool Grants(string role, string permission) => ByRole.TryGetValue(role, out var granted) && granted.Contains(permission);

    public static IEnumerable<string> RolesWith(string permission) => Roles.Where(r => Grants(r, permission));

    /// <summary>Staff sees every payer's rows where its permissions let it look at all; an applicant sees the own ones.</summary>
    public static bool IsStaff(string role) => role != Applicant && ByRole.ContainsKey(role);
}
