using KzLicensing.Api.Modules.Assessments;
using KzLicensing.Api.Modules.Audit;
using KzLicensing.Api.Modules.Callers;
using KzLicensing.Api.Modules.Findings;
using KzLicensing.Api.Modules.Licensing;
using KzLicensing.Api.Modules.Licensing.Documents;
using KzLicensing.Api.Modules.Metering;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Modules.Reference;
using KzLicensing.Api.Modules.Register;
using KzLicensing.Api.Modules.Tariffs;
using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Idempotency;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api;

/// <summary>Puts the program together: services, then middleware in the order in which a request meets it, then the modules.</summary>
internal static class RegistryApp
{
    private static readonly string[] Languages = ["en", "ru", "kk"];

    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    public static bool HasDatabase(WebApplicationBuilder builder) =>
        !string.IsNullOrEmpty(builder.Configuration.GetConnectionString(DatabaseServices.ConnectionName));

    /// <summary>Every setting as its own place reads it, and all that is wrong with them; nothing is made or changed.</summary>
    public static Settings ReadSettings(WebApplicationBuilder builder)
    {
        var settings = new Settings(builder.Configuration, builder.Environment);
        ConnectionOptions.Read(settings);
        LocalOptions.Read(settings);
        IdentityOptions.Read(settings);
        ListenAddresses.Read(settings);
        BackPressureOptions.Read(settings);
        IngestOptions.Read(settings);
        DocumentOptions.Read(settings);
        RegisterOptions.Read(settings);
        JournalOptions.Read(settings);
        Telemetry.Read(settings);
        OperationsOptions.Read(settings);
        ShutdownOptions.Read(settings);
        ProxyOptions.Read(settings);
        settings.DemandWritable(Path.GetTempPath(), "TMPDIR");
        return settings;
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        AddPlatform(builder);
        var app = builder.Build();
        UsePlatform(app);
        MapModules(app.MapVersion1());
        return app;
    }

    private static void AddPlatform(WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        Drain.Add(builder);
        builder.AddProxies();
        builder.AddTelemetry();
        builder.AddOperationsPages();
        builder.AddRegistryIdentity();
        builder.AddRegistryClock();
        if (!builder.Environment.IsDevelopment()) builder.Logging.ClearProviders().AddJsonLines();
        var services = builder.Services;
        services.AddRegistryDatabase(builder.Configuration);
        services.AddSingleton<Cursors>().AddHostedService(s => s.GetRequiredService<Cursors>());
        services.AddScoped<JournalEntry>();
        services.AddScoped<IdempotencyKey>();
        services.AddScoped<Rehearsal>();
        services.AddSingleton<IDueJob, ForgetKeys>();
        services.AddSingleton(builder.Read(JournalOptions.Read));
        services.AddSingleton<Checkpoints>();
        services.AddSingleton<CheckpointHealth>();
        services.AddHostedService<CheckpointWriter>();
        services.AddSingleton<LawBook>();
        services.AddHostedService<DueJobs>();
        services.AddMediation();
        services.AddLicensing();
        builder.AddDocuments();
        builder.AddRegister();
        builder.AddMetering();
        services.AddFindings();
        services.AddAssessments();
        builder.AddBackPressure();
        services.AddOpenApiDocument();
        services.AddExceptionHandler<ProblemHandling>();
        services.AddProblemDetails();
        services.AddRequestLocalization(o => o.SetDefaultCulture(Languages[0]).AddSupportedUICultures(Languages));
        services.Configure<RouteOptions>(o => o.SetParameterPolicy<FileIdConstraint>("file"));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o => Json.Configure(o.SerializerOptions));
    }

    private static void UsePlatform(WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) app.UseMiddleware<RequestLog>();
        app.UseForwardedHeaders();
        app.UseAnswerHeaders();
        app.UseRequestLocalization();
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemHandling.DescribeStatus);
        app.UseHeadRequests();
        app.UseRouting();
        app.UseLicenseNumbers();
        app.UseLimitsOfStrangers();
        app.UseAuthentication();
        app.UseLimitsOfCallers();
        app.UseAuthorization();
        app.UseAcceptable();
        app.UseContentEncodings();
        app.UseOperationsPages();
        app.MapHealth();
        app.MapErrorPages();
        app.UseOpenApiDocument();
        app.MapSandboxClock();
    }

    private static void MapModules(RouteGroupBuilder v1)
    {
        v1.MapLicensing();
        v1.MapTariffs();
        v1.MapMetering();
        v1.MapFindings();
        v1.MapAssessments();
        v1.MapRegister();
        v1.MapReference();
        v1.MapAudit();
        v1.MapCallers();
    }
}
