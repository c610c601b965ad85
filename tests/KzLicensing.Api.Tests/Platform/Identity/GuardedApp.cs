using System.Net.Sockets;
using System.Text;
using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Operations;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KzLicensing.Api.Tests.Platform.Identity;

/// <summary>The registry's identity and clock with a few routes behind them, on a port of its own; no database.</summary>
internal sealed class GuardedApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private GuardedApp(WebApplication app)
    {
        this.app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public static Task<GuardedApp> StartSandbox(Action<IServiceCollection>? services = null) =>
        Start("Development", null, services: services);

    public static Task<GuardedApp> StartProduction(string authority) => Start("Production", authority);

    public static async Task<GuardedApp> Start(
        string environment, string? authority, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection([new("Identity:Authority", authority), .. settings ?? []]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddRegistryIdentity();
        builder.AddRegistryClock();
        builder.Services.AddSingleton(new BackPressureOptions());
        services?.Invoke(builder.Services);
        builder.Services.AddExceptionHandler<ProblemHandling>();
        builder.Services.AddProblemDetails();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemHandling.DescribeStatus);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/whoami", (Actor actor) => new { actor.Id, actor.Name, actor.Bin, actor.Roles, actor.RowScope })
            .WithMetadata(new Permission(Permissions.ReferenceRead)).RequireAuthorization(policy => policy.RequireAuthenticatedUser());
        app.MapGet("/reviews", () => "yours").RequireAuthorization(Permissions.ApplicationsReview);
        app.MapPost("/reviews", (JsonBody<string> body) => body.Value).RequireAuthorization(Permissions.ApplicationsReview);
        app.MapGet("/forgotten", () => "nobody's");
        app.MapSandboxClock();
        await app.StartAsync();
        return new GuardedApp(app);
    }

    /// <summary>The answer's head to a request with exactly these header lines; an HTTP client would tidy them up.</summary>
    public async Task<string> Head(string path, params string[] headerLines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Http.BaseAddress!.Host, Http.BaseAddress.Port);
        await using var stream = client.GetStream();
        var request = string.Join("\r\n", [$"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", .. headerLines, "", ""]);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var answer = await new StreamReader(stream, Encoding.Latin1).ReadToEndAsync();
        return answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
    }

    public async Task<int> Status(string path, params string[] headerLines) =>
        int.Parse((await Head(path, headerLines)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    public async Task<bool> Remembers(string token)
    {
        var bearer = app.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        var authority = await bearer.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
        return app.Services.GetRequiredService<ValidatedTokens>().Find(token, authority) is not null;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
