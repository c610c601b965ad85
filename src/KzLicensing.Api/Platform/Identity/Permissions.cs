namespace KzLicensing.Api.Platform.Identity;
internal static class Permissions { public const string AuditRead = "audit:read"; public const string ReceiptsRead = "receipts:read"; public static IEnumerable<string> RolesWith(string p) => []; }
