using System.Globalization;
using KzLicensing.Api.Platform.Identity;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>Says of an operation that a replica may answer it: a list, a feed, the public register.</summary>
internal sealed record MayLag;

/// <summary>Whom a request may ask: a replica for what may lag, but never one that is behind what the same caller has written.</summary>
internal sealed class LaggingReads(Standby standby, LastWrites lastWrites, IHttpContextAccessor accessor, Actor actor)
{
    /// <summary>The number of the journal's entry that a write made; sent back, what is read has it, whichever process answers.</summary>
    public const string Header = "Registry-Journal";

    private long demanded;

    /// <summary>What this request wrote; null while it has written nothing.</summary>
    public long? Written { get; private set; }

    /// <summary>A replica's connection; null where the primary has to answer.</summary>
    public async Task<NpgsqlConnection?> Open(CancellationToken ct)
    {
        var endpoint = accessor.HttpContext?.GetEndpoint();
        return endpoint?.Metadata.GetMetadata<MayLag>() is null ? null : await standby.Open(AtLeast(), ct);
    }

    /// <summary>From here on the request sees this entry: a cursor stands behind it.</summary>
    public void Demand(long number) => demanded = Math.Max(demanded, number);

    public void Wrote(long number)
    {
        Written = number;
        lastWrites.Remember(actor.Id, number);
    }

    private long AtLeast() => Math.Max(demanded, Math.Max(Sent(), lastWrites.Of(actor.Id)));

    /// <summary>What cannot be read is taken for what no replica has.</summary>
    private long Sent() => accessor.HttpContext!.Request.Headers[Header].ToString() switch
    {
        "" => 0,
        var text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue,
    };
}

/// <summary>
/// The last entry that each caller has written through this process; a caller that sends none back is remembered all the same.
/// </summary>
internal sealed class LastWrites
{
    private const int Kept = 10_000;
    private readonly Dictionary<string, long> byCaller = [];
    private readonly Lock changing = new();

    /// <summary>Holds for everybody who was forgotten.</summary>
    private long floor;

    public long Of(string caller)
    {
        lock (changing) return byCaller.GetValueOrDefault(caller, floor);
    }

    public void Remember(string caller, long number)
    {
        lock (changing)
        {
            if (byCaller.Count == Kept) Forget();
            byCaller[caller] = Math.Max(number, byCaller.GetValueOrDefault(caller));
        }
    }

    private void Forget()
    {
        floor = byCaller.Values.Max();
        byCaller.Clear();
    }
}
