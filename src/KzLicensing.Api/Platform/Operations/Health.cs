using KzLicensing.Api.Platform.Journal;
using Npgsql;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Live: the process answers. Ready: it can reach its database and is not shutting down. Version: what runs here.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => Results.Json(new { status = "live" })).WithMetadata(new Unlimited()).AllowAnonymous()
            .ExcludeFromDescription();
        app.MapGet("/health/ready", Ready).WithMetadata(new Unlimited()).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/version",
            () => Results.Json(new { name = "kz-licensing", version = Version, runtime = Environment.Version.ToString() }))
            .AllowAnonymous().ExcludeFromDescription();
    }

    public static readonly string Version =
        System.Reflection.Assembly.GetExecutingAssembly()
            .GetCustomAttributes(typeof(System.Reflection.AssemblyInformationalVersionAttribute), false)
            .OfType<System.Reflection.AssemblyInformationalVersionAttribute>().Single().InformationalVersion;

    private static async Task<IResult> Ready(NpgsqlDataSource source, CheckpointHealth checkpoints, IHostApplicationLifetime lifetime,
        HttpContext http, CancellationToken ct)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return NotReady(http, "stopping");
        try
        {
            await using var ping = source.CreateCommand("SELECT 1");
            await ping.ExecuteScalarAsync(ct);
            // The journal's keeper is told; the registry goes on.
            return Results.Json(checkpoints.Trouble is { } trouble
                ? (object)new { status = "ready", journal = trouble }
                : new { status = "ready" });
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException)
        {
            return NotReady(http, "database unreachable");
        }
    }

    private static IResult NotReady(HttpContext http, string why)
    {
        http.Response.Headers.RetryAfter = "1";
        return Results.Json(new { status = why }, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
