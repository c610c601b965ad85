using System.Data.Common;
using KzLicensing.Api.Platform.Operations;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>How the databases are reached.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>As the application's role.</summary>
    public string? Registry { get; init; }

    /// <summary>As the application's role, for what may lag: replicas, and the primary behind them.</summary>
    public string? Reads { get; init; }

    /// <summary>As the owner of the schema, for migrations.</summary>
    public string? Owner { get; init; }

    public static ConnectionOptions Read(Settings settings)
    {
        var options = settings.Section<ConnectionOptions>("ConnectionStrings");
        settings.Demand(options.Registry is not null || settings.Environment.IsDevelopment(), "ConnectionStrings__Registry",
            "is not set: outside Development the program makes no database of its own");
        DemandReadable(settings, options.Registry, nameof(Registry));
        DemandReadable(settings, options.Reads, nameof(Reads));
        DemandReadable(settings, options.Owner, nameof(Owner));
        return options;
    }

    /// <summary>For migrations: with the owner alone.</summary>
    public static string? ReadOwner(Settings settings)
    {
        var options = settings.Section<ConnectionOptions>("ConnectionStrings");
        var owner = options.Owner ?? options.Registry;
        settings.Demand(owner is not null, "ConnectionStrings__Owner", "is not set: migrations need the owner of the schema");
        DemandReadable(settings, owner, options.Owner is null ? nameof(Registry) : nameof(Owner));
        return owner;
    }

    private static void DemandReadable(Settings settings, string? connectionString, string name)
    {
        if (connectionString is not null && Fault(connectionString) is { } fault) settings.Refuse($"ConnectionStrings__{name}", fault);
    }

    /// <summary>Names the keyword, never its value: that may be the password.</summary>
    private static string? Fault(string connectionString)
    {
        var given = new DbConnectionStringBuilder();
        try
        {
            given.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            return "is no connection string, such as Host=…;Database=…;Username=…;Password='…'";
        }

        var known = new NpgsqlConnectionStringBuilder();
        foreach (string keyword in given.Keys)
        {
            try
            {
                known[keyword] = given[keyword];
            }
            catch (Exception refused) when (refused is ArgumentException or FormatException or OverflowException or InvalidCastException)
            {
                return $"has a keyword that is unknown, or takes no such value: {keyword}";
            }
        }

        return string.IsNullOrEmpty(known.Host) ? "names no Host" : null;
    }
}
