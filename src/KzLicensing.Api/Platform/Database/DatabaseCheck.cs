using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>Whether the service may work with its database: it answers, its role is a modest one, its schema is current.</summary>
internal static class DatabaseCheck
{
    /// <summary>One line each; empty when all is well.</summary>
    public static async Task<IReadOnlyList<string>> Faults(IConfiguration configuration, CancellationToken ct)
    {
        var faults = await Faults(configuration.GetConnectionString(DatabaseServices.ConnectionName)!, ct);
        return configuration.GetConnectionString(DatabaseServices.ReadsName) is { } reads && await RefuseReads(reads, ct) is { } refusal
            ? [.. faults, refusal]
            : faults;
    }

    /// <summary>A replica that does not answer is no fault: the primary answers for it.</summary>
    private static async Task<string?> RefuseReads(string connectionString, CancellationToken ct)
    {
        try
        {
            return await AppRole.Refuse(DatabaseServices.ReadsName, connectionString, ct)
                ?? await Pooler.Refuse(DatabaseServices.ReadsName, connectionString, ct);
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<string>> Faults(string connectionString, CancellationToken ct)
    {
        try
        {
            List<string> faults = [];
            if (await AppRole.Refuse(DatabaseServices.ConnectionName, connectionString, ct) is { } refusal) faults.Add(refusal);
            if (await Pooler.Refuse(DatabaseServices.ConnectionName, connectionString, ct) is { } pooled) faults.Add(pooled);
            var pending = await Migrations.Pending(connectionString, ct);
            if (pending.Count > 0)
                faults.Add($"The schema is {pending.Count} migrations behind ({pending[0]} …). Run the program with: migrate");
            return faults;
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException or ArgumentException)
        {
            return [Unreachable(unreachable)];
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ["The database cannot be used: it did not answer in time."];
        }
        catch (InvalidOperationException changed)
        {
            return [changed.Message];
        }
    }

    public static string Unreachable(Exception why) => $"The database cannot be used: {why.Message.ReplaceLineEndings(" ")}";
}
