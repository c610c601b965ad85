using KzLicensing.Api.Modules.Licensing.Documents;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Modules.Metering.Purchases;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Domain;
using Known = KzLicensing.Api.Platform.Identity.Permissions;

namespace KzLicensing.Api.Modules.Callers;

/// <summary>Tells who the token makes of its caller: roles, what they permit, for whom it acts, and the limits it meets.</summary>
internal static class GetMe
{
    /// <param name="Subject">The token's <c>sub</c>: by it the journal names the caller.</param>
    /// <param name="Roles">Those of the token that the registry knows.</param>
    /// <param name="Permissions">What these roles permit together.</param>
    /// <param name="Bin">The BIN or IIN that the caller acts for; null for staff.</param>
    /// <param name="Limits">What the caller may ask at a time.</param>
    public sealed record Response(string Subject, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Permissions, string? Bin,
        Limits Limits);

    /// <summary>What one caller may ask of one process; beyond it the answer is 429, or 413 for what is too large.</summary>
    /// <param name="RequestsPerSecond">On average.</param>
    /// <param name="RequestsInBurst">At once, after a pause.</param>
    /// <param name="RequestsUnderWay">From the first byte of a request to the last one of its answer; as many more wait.</param>
    /// <param name="RequestsAtWork">Of these worked on at the same time; the others wait.</param>
    /// <param name="Downloads">Whole lists and files that are sent at the same time; the others wait.</param>
    /// <param name="FilesOfReadings">Files of readings that are loaded at the same time.</param>
    /// <param name="MaxJsonBytes">The largest JSON body, in bytes.</param>
    /// <param name="MaxReadingsBytes">The largest file of readings, unpacked, in bytes.</param>
    /// <param name="MaxPurchasesBytes">The largest file of purchases, in bytes.</param>
    /// <param name="MaxDocumentBytes">The largest document, in bytes.</param>
    /// <param name="MaxDocumentsPerApplication">Documents of one application.</param>
    /// <param name="MaxItemsPerPage">The largest <c>limit</c> of a list.</param>
    public sealed record Limits(
        int RequestsPerSecond, int RequestsInBurst, int RequestsUnderWay, int RequestsAtWork, int Downloads, int FilesOfReadings,
        long MaxJsonBytes, long MaxReadingsBytes, long MaxPurchasesBytes, long MaxDocumentBytes, int MaxDocumentsPerApplication,
        int MaxItemsPerPage);

    public static Reply<Response> Endpoint(Actor actor, BackPressureOptions pressure, IngestOptions ingest, DocumentOptions documents) =>
        new((Result<Response>)new Response(
            actor.Id, actor.Name, [.. Known.Roles.Where(actor.Roles.Contains)], [.. Known.All.Where(actor.May)], actor.Bin,
            LimitsOf(pressure, ingest, documents)));

    private static Limits LimitsOf(BackPressureOptions pressure, IngestOptions ingest, DocumentOptions documents) => new(
        pressure.RequestsPerSecondPerCaller, pressure.BurstPerCaller, pressure.RequestsPerCaller, pressure.ConcurrentRequestsPerCaller,
        pressure.DownloadsPerCaller, ingest.FilesPerCaller, JsonBody.MaxBytes, ingest.MaxBytes, PurchasesFileBody.MaxBytes,
        documents.MaxBytes,
        documents.MaxPerApplication, Cursor.MaxLimit);
}
