using KzLicensing.Api.Platform.OpenApi;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Where the pages for whoever runs the registry are.</summary>
internal sealed record OperationsOptions
{
    /// <summary>A port of their own; without it they are on the public one in Development, and nowhere else.</summary>
    public int? Port { get; init; }

    public bool Metrics { get; init; } = true;

    public bool Swagger { get; init; } = true;

    /// <summary>Whether anybody can see metrics here.</summary>
    public bool Shows(IHostEnvironment environment) => Metrics && (Port is not null || environment.IsDevelopment());

    public static OperationsOptions Read(Settings settings)
    {
        var options = settings.Section<OperationsOptions>("Operations");
        if (options.Port is { } port) settings.DemandWithin(port, 1, 65535, "Operations__Port");
        return options;
    }
}

/// <summary><c>/metrics</c> and <c>/swagger</c>: whoever uses the registry need not see how it is doing.</summary>
internal static class OperationsPages
{
    /// <summary>What else answers on the port of the operators; the rest of the registry is not there.</summary>
    private static readonly PathString[] OnBoth = ["/health", "/version", "/errors", OpenApiDocument.Path];

    public static void AddOperationsPages(this WebApplicationBuilder builder)
    {
        var options = builder.Read(OperationsOptions.Read);
        builder.Services.AddSingleton(options);
        if (options.Port is not { } port) return;
        var urls = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey);
        builder.WebHost.UseUrls([.. urls?.Split(';') ?? [], $"http://*:{port}"]);
    }

    public static void UseOperationsPages(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<OperationsOptions>();
        bool AreHere(HttpContext http) => options.Port is { } port ? http.Connection.LocalPort == port : app.Environment.IsDevelopment();
        if (options.Metrics) app.UseOpenTelemetryPrometheusScrapingEndpoint(http => AreHere(http) && http.Request.Path == "/metrics");
        if (options.Swagger) app.UseWhen(AreHere, pages => pages.UseOpenApiPages());
        if (options.Port is not null)
            app.UseWhen(http => AreHere(http) && !OnBoth.Any(p => http.Request.Path.StartsWithSegments(p)), rest => rest.Run(NotHere));
    }

    private static Task NotHere(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
