using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Operations;
using Microsoft.AspNetCore.Connections;
using Npgsql;

namespace KzLicensing.Api;

/// <summary>What the program can be told to do on the command line.</summary>
internal static class Verbs
{
    public static async Task<int> Help()
    {
        await Console.Out.WriteLineAsync(CommandLine.Help);
        return 0;
    }

    public static async Task<int> Misused(string[] args)
    {
        await Console.Error.WriteLineAsync($"Not understood: {string.Join(' ', args.Select(a => a.Split('=')[0]))}\n\n{CommandLine.Help}");
        return CommandLine.Misused;
    }

    /// <summary>Serves the API; without a connection string on a Postgres cluster of its own.</summary>
    public static async Task<int> Serve(string[] args)
    {
        var builder = RegistryApp.CreateBuilder(args);
        try
        {
            DemandUsableSettings(builder);
            await using var cluster = RegistryApp.HasDatabase(builder)
                ? null
                : await LocalRegistry.Prepare(builder, CancellationToken.None);
            if (cluster is null) await DemandUsableDatabase(builder);
            await using var app = RegistryApp.Build(builder);
            if (app.Environment.IsDevelopment()) app.Lifetime.ApplicationStarted.Register(() => Greet(app));
            var watch = cluster?.Watch(app.Lifetime.ApplicationStopping) ?? Task.CompletedTask;
            var code = await Run(app);
            await watch;
            return code;
        }
        catch (InvalidOperationException refused)
        {
            return await Refuse(builder, refused.Message);
        }
        catch (NpgsqlException unreachable)
        {
            return await Refuse(builder, DatabaseCheck.Unreachable(unreachable));
        }
        catch (IOException refused) when (refused.InnerException is AddressInUseException)
        {
            return await Refuse(builder, $"{refused.Message} Another --urls chooses another address.");
        }
        catch (OperationCanceledException)
        {
            return 0; // Told to stop while still starting.
        }
    }

    /// <summary>Runs until told to stop. The host also stops when a background service fails, and would call that a success.</summary>
    public static async Task<int> Run(WebApplication app)
    {
        var background = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException)
        {
            // It stopped while still starting.
        }

        return background.Exists(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }

    /// <summary>Applies migrations and reference data as the owner, and leaves.</summary>
    public static async Task<int> Migrate(string[] args)
    {
        try
        {
            var owner = RegistryApp.CreateBuilder(args).Read(ConnectionOptions.ReadOwner)!;
            var pending = await Migrations.Pending(owner, CancellationToken.None);
            await Migrations.Apply(owner, CancellationToken.None);
            await SeedData.LoadReference(owner, CancellationToken.None);
            Console.WriteLine(pending.Count == 0 ? "The schema was current." : $"Applied {pending.Count} migrations.");
            return 0;
        }
        catch (InvalidOperationException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
        catch (NpgsqlException unreachable)
        {
            await Console.Error.WriteLineAsync(DatabaseCheck.Unreachable(unreachable));
            return 1;
        }
    }

    /// <summary>To a person in plain words; elsewhere one line of the log like all the others.</summary>
    private static async Task<int> Refuse(WebApplicationBuilder builder, string why)
    {
        if (builder.Environment.IsDevelopment())
        {
            await Console.Error.WriteLineAsync(why);
            return 1;
        }

        using var logging = LoggerFactory.Create(log => log.AddJsonLines());
        logging.CreateLogger(typeof(Verbs)).Log(LogLevel.Critical, default, why, null, (message, _) => message);
        return 1;
    }

    private static void DemandUsableSettings(WebApplicationBuilder builder)
    {
        var settings = RegistryApp.ReadSettings(builder);
        ListenAddresses.DemandFree(settings);
        settings.ThrowFaults();
    }

    private static async Task DemandUsableDatabase(WebApplicationBuilder builder)
    {
        var faults = await DatabaseCheck.Faults(builder.Configuration, CancellationToken.None);
        if (faults.Count > 0) throw new InvalidOperationException(string.Join('\n', faults));
    }

    private static void Greet(WebApplication app)
    {
        var url = app.Urls.First();
        Console.WriteLine($"""

            KzLicensing is ready: {url}
              Swagger UI   {url}/swagger
              Error codes  {url}/errors
              A token      curl -s {url}/connect/token -d grant_type=client_credentials -d client_id=officer-1 -d client_secret=sandbox
            The whole path from an application to a pulled assessment is in README.md. Ctrl-C stops everything.

            """);
    }
}
