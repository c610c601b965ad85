using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Platform.Clock;

/// <summary><c>/sandbox/clock</c>: reads, moves and gives back the registry's time. It exists only in the sandbox.</summary>
internal static class SandboxClockRoutes
{
    internal sealed record Body(DateTimeOffset Now);

    internal sealed record Response(DateTimeOffset Now, bool Moved);

    public static void AddRegistryClock(this WebApplicationBuilder builder)
    {
        if (!IsSandbox(builder))
        {
            builder.Services.AddSingleton(TimeProvider.System);
            return;
        }

        builder.Services.AddSingleton<SandboxClock>();
        builder.Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<SandboxClock>());
    }

    public static void MapSandboxClock(this WebApplication app)
    {
        if (app.Services.GetService<SandboxClock>() is null) return;
        var clock = app.MapGroup("/sandbox/clock").AddEndpointFilter<RefuseUnreadableInput>().AllowAnonymous().ExcludeFromDescription();
        clock.MapGet("/", (SandboxClock time) => Read(time));
        clock.MapPut("/", async (JsonBody<Body> body, SandboxClock time, IEnumerable<IDueJob> jobs, CancellationToken ct) =>
        {
            if (body.Value.Now.Year is < 2022 or > 2100)
                return new Problem(InputErrors.Invalid([FieldProblem.Of("/now", "out-of-range", InputMessages.Between("2022", "2100"))]));
            time.MoveTo(body.Value.Now);
            foreach (var job in jobs) await job.Run(time.GetUtcNow(), ct);
            return Read(time);
        });
        clock.MapDelete("/", (SandboxClock time) =>
        {
            time.GiveBack();
            return Read(time);
        });
    }

    private static bool IsSandbox(WebApplicationBuilder builder) =>
        builder.Read(IdentityOptions.Read).IsSandbox(builder.Environment);

    private static IResult Read(SandboxClock time) =>
        Results.Json(new Response(time.GetUtcNow(), time.Offset != TimeSpan.Zero), Json.Options);
}
