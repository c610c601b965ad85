using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Audit;

/// <summary>Who did what, unbroken: the journal as it is read and verified, and receipts for callers.</summary>
internal static class AuditModule
{
    public static void MapAudit(this RouteGroupBuilder v1)
    {
        var audit = v1.MapGroup("/audit").WithTags("Audit");
        audit.MapGet("/entries", ListEntries.Endpoint).MayLag().Needs(Permissions.AuditRead)
            .Refuses("cursor-invalid", "cursor-of-another-history");
        audit.MapGet("/verification", VerifyJournal.Endpoint).Needs(Permissions.AuditRead);

        v1.MapGet("/receipts/{key}", GetReceipt.Endpoint).Needs(Permissions.ReceiptsRead).WithTags("Audit").Refuses("receipt-not-found");
    }
}
