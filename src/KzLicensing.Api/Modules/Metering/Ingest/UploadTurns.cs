using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// A file holds a database connection for as long as it streams: few stream at once, and fewer of one caller; the others wait before they
/// take one.
/// </summary>
internal sealed class UploadTurns(IngestOptions options) : IDisposable
{
    private readonly Turns turns = new(options.FilesPerCaller, options.ConcurrentFiles, options.WaitingFiles);

    public static async ValueTask<object?> Wait(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        using var turn = await http.RequestServices.GetRequiredService<UploadTurns>().turns.Wait(http);
        return turn.IsAcquired ? await next(context) : new Problem(new("overloaded", "Too many files of readings are waiting already."));
    }

    public void Dispose() => turns.Dispose();
}
