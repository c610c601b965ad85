using KzLicensing.Api.Modules.Metering.Consumption;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Modules.Metering.Purchases;
using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Modules.Metering;

/// <summary>Every hour of every miner: metering points, their dated facts, readings and purchases.</summary>
internal static class MeteringModule
{
    public static void MapMetering(this RouteGroupBuilder v1)
    {
        var points = v1.MapGroup("/metering-points").WithTags("Metering");
        points.MapPost("/", CreateMeteringPoint.Endpoint).Needs(Permissions.MeteringPointsWrite)
            .Refuses("region-unknown", "metering-point-exists", "license-unknown");
        points.MapGet("/", ListMeteringPoints.Endpoint).MayLag().Needs(Permissions.MeteringPointsRead).Refuses("cursor-invalid");
        points.MapGet("/{code}", GetMeteringPoint.Endpoint).Needs(Permissions.MeteringPointsRead).Refuses("metering-point-not-found");
        points.MapPost("/{code}/facts", AddFact.Endpoint).Needs(Permissions.MeteringPointsWrite)
            .Refuses("metering-point-not-found", "stale-version", "before-first-fact", "license-unknown");
        points.MapGet("/{code}/facts", ListFacts.Endpoint).MayLag().Needs(Permissions.MeteringPointsRead)
            .Refuses("metering-point-not-found", "cursor-invalid");
        points.MapGet("/{code}/prices", GetPrices.Endpoint).Needs(Permissions.PurchasesRead).Refuses("metering-point-not-found");
        points.MapGet("/{code}/consumption", GetConsumption.Endpoint).Needs(Permissions.ConsumptionRead)
            .Refuses("metering-point-not-found", "range-too-long", "cursor-invalid");

        v1.MapGet("/consumption", SumConsumption.Endpoint).WithTags("Metering").Needs(Permissions.ConsumptionRead)
            .Refuses("range-too-long", "cursor-invalid");

        var readings = v1.MapGroup("").WithTags("Metering");
        readings.MapPost("/readings", UploadReadings.Endpoint).WithMetadata(new HasOwnTurns()).AddEndpointFilter(UploadTurns.Wait)
            .Needs(Permissions.ReadingsWrite)
            .Refuses("readings-rejected", "batch-exists", "unsupported-content-encoding", "request-timeout");
        readings.MapGet("/reading-batches", ListReadingBatches.Endpoint).MayLag().Needs(Permissions.ReadingsWrite)
            .Refuses("cursor-invalid");
        readings.MapGet("/reading-batches/{id:guid}", GetReadingBatch.Endpoint).Needs(Permissions.ReadingsWrite).Refuses("batch-not-found");
        readings.MapGet("/reading-batches/{id:guid}/errors", ListBatchErrors.Endpoint).MayLag().Needs(Permissions.ReadingsWrite)
            .Refuses("batch-not-found", "cursor-invalid");

        var purchases = v1.MapGroup("/electricity-purchases").WithTags("Metering");
        purchases.MapPost("/", RecordPurchase.Endpoint).AddEndpointFilter(PurchaseTurns.Wait).Needs(Permissions.PurchasesWrite)
            .Refuses("metering-point-not-found", "purchase-exists", "purchases-rejected", "month-in-future", "before-first-fact")
            .WithMetadata(new MovedForm(PurchasesFileBody.ContentType, StatusCodes.Status200OK, "POST /v1/electricity-purchases/file"));
        purchases.MapPost("/file", LoadPurchases.Endpoint).AddEndpointFilter(PurchaseTurns.Wait).Needs(Permissions.PurchasesWrite)
            .Refuses("purchases-rejected");
        purchases.MapGet("/{id:guid}", GetPurchase.Endpoint).Needs(Permissions.PurchasesRead).Refuses("purchase-not-found");
        purchases.MapPost("/{id:guid}/withdraw", WithdrawPurchase.Endpoint).Needs(Permissions.PurchasesWrite)
            .Refuses("purchase-not-found", "stale-version", "purchase-withdrawn");
        purchases.MapGet("/", ListPurchases.Endpoint).MayLag().Needs(Permissions.PurchasesRead).Refuses("cursor-invalid");
    }

    public static void AddMetering(this WebApplicationBuilder builder)
    {
        var options = builder.Read(IngestOptions.Read);
        builder.Services.AddSingleton(options).AddSingleton<UploadTurns>().AddSingleton<PurchaseTurns>().AddSingleton<RunningLoads>();
        builder.Services.AddSingleton<IDueJob, MonthsAhead>();
        builder.Services.AddSingleton(new ConstraintRefusal("reading_batches_pkey", _ => MeteringErrors.BatchExists()));
        builder.Services.AddSingleton(new ConstraintRefusal("metering_points_code_key", _ => MeteringErrors.PointExists()));
        builder.Services.AddSingleton(new ConstraintRefusal("metering_point_facts_license_number_fkey",
            _ => MeteringErrors.LicenseUnknown()));
        builder.Services.AddSingleton(new ConstraintRefusal("electricity_purchase_withdrawals_pkey",
            _ => MeteringErrors.PurchaseWithdrawn()));
        builder.Services.AddSingleton(new ConstraintRefusal("electricity_purchases_one_per_reference",
            _ => MeteringErrors.PurchaseExists()));
    }
}
