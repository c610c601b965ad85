using System.Diagnostics;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>One pool for the process, with the settings that were measured to pay.</summary>
internal static class DatabaseServices
{
    public const string ConnectionName = "Registry", ReadsName = "Reads";

    public static IServiceCollection AddRegistryDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => Service("registry", configuration.GetConnectionString(ConnectionName)!));
        services.AddSingleton(_ =>
            new Standby(configuration.GetConnectionString(ReadsName) is { } reads ? Service(ReadsName.ToLowerInvariant(), reads) : null));
        services.AddSingleton<LastWrites>();
        services.AddScoped<LaggingReads>();
        services.AddSingleton<ConstraintRefusals>();
        return services.AddScoped<Db>();
    }

    /// <summary>Metrics call a source by its name; one without a name would show them host, user and database.</summary>
    public static NpgsqlDataSource Source(string name, string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = name };
        // Part of what somebody asked for, or nothing: a worker that looks for work and finds none would send a trace each time.
        builder.ConfigureTracing(spans => spans
            .ConfigureCommandFilter(_ => Activity.Current is not null).ConfigureBatchFilter(_ => Activity.Current is not null)
            .ConfigureCopyOperationFilter(_ => Activity.Current is not null).EnablePhysicalOpenTracing(false));
        return builder.Build();
    }

    /// <summary>A source as the service uses it.</summary>
    public static NpgsqlDataSource Service(string name, string connectionString) => Source(name, Tuned(connectionString));

    /// <summary>What the operator set stays; what was left open gets the registry's value.</summary>
    private static string Tuned(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var tuned = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "kz-licensing",
            MaxPoolSize = 16,
            MinPoolSize = 2,
            Timeout = 3,
            CommandTimeout = 8,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        };
        foreach (var setting in given) tuned[setting.Key] = setting.Value;
        return tuned.ConnectionString;
    }
}
