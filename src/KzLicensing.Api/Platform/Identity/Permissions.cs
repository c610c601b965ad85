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
    public const string LicensingFeedRead = "licensing-feed:read";
    public const string HardwareRead = "hardware:read";
    public const string HardwareWrite = "hardware:write";
    public const string PoolsWrite = "pools:write";
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
    public const string MeRead = "me:read";

    private const string
        Applicant = "Applicant", Officer = "Officer", Approver = "Approver", Tariff = "TariffAuthority", Tax = "TaxAuthority",
            Grid = "GridOperator",
        Inspector = "Inspector", Auditor = "Auditor", Admin = "Administrator";

    public static readonly IReadOnlyList<string> Roles = [Admin, Applicant, Approver, Auditor, Grid, Inspector, Officer, Tariff, Tax];

    private static readonly FrozenDictionary<string, string[]> RolesByPermission = new Dictionary<string, string[]>
    {
        [ApplicationsWrite] = [Applicant],
        [ApplicationsRead] = [Applicant, Officer, Approver, Auditor],
        [ApplicationsQueue] = [Officer, Approver, Auditor],
        [ApplicationsReview] = [Officer],
        [ApplicationsApprove] = [Approver],
        [LicensesRead] = [Applicant, Officer, Approver, Tariff, Tax, Grid, Inspector, Auditor],
        [LicensesEnforce] = [Officer, Approver],
        [LicensesSurrender] = [Applicant, Approver],
        [LicensingFeedRead] = [Officer, Approver, Tax, Inspector, Auditor],
        [HardwareRead] = [Applicant, Officer, Approver, Inspector, Auditor],
        [HardwareWrite] = [Applicant],
        [PoolsWrite] = [Approver],
        [CapacityRead] = [Officer, Approver, Tariff, Auditor, Admin],
        [CapacityWrite] = [Approver, Admin],
        [TariffsRead] = [.. Roles],
        [MeteringPointsRead] = [Applicant, Officer, Tax, Grid, Inspector, Auditor],
        [MeteringPointsWrite] = [Officer, Grid, Inspector],
        [ReadingsWrite] = [Grid],
        [ConsumptionRead] = [Applicant, Officer, Tariff, Tax, Grid, Inspector, Auditor],
        [PurchasesWrite] = [Applicant, Grid],
        [PurchasesRead] = [Applicant, Tax, Grid, Auditor],
        [FindingsRead] = [Applicant, Officer, Tax, Grid, Inspector, Auditor],
        [FindingsAcknowledge] = [Tax, Inspector],
        [CompletenessRead] = [Tax, Grid, Inspector, Auditor],
        [AssessmentsRead] = [Applicant, Tax, Auditor],
        [AssessmentsRun] = [Tax],
        [AssessmentsIssue] = [Tax],
        [TaxFeedRead] = [Tax],
        [ReferenceRead] = [.. Roles],
        [ReceiptsRead] = [.. Roles],
        [AuditRead] = [Auditor],
        [MeRead] = [.. Roles],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly IReadOnlyList<string> All = [.. RolesByPermission.Keys.Order(StringComparer.Ordinal)];

    public static bool Grants(string role, string permission) =>
        RolesByPermission.TryGetValue(permission, out var roles) && roles.Contains(role);

    public static IEnumerable<string> RolesWith(string permission) => Roles.Where(r => Grants(r, permission));

    /// <summary>
    /// Staff sees every payer's rows in what its own role may do; whoever may do it only as an applicant sees the own ones.
    /// </summary>
    public static bool GrantsAllRows(string role, string permission) => role != Applicant && Grants(role, permission);
}
