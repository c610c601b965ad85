using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>A file of purchases is recorded at once, so all of its lines are in memory: of few files, and of one of a caller.</summary>
internal sealed class PurchaseTurns : IDisposable
{
    private const int OfOneCaller = 1, OfAll = 4, Waiting = 256;

    private readonly Turns turns = new(OfOneCaller, OfAll, Waiting);

    public static async ValueTask<object?> Wait(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!context.Arguments.Any(a => a is PurchasesBody { File: not null } or PurchasesFileBody { File: not null }))
            return await next(context);
        var http = context.HttpContext;
        using var turn = await http.RequestServices.GetRequiredService<PurchaseTurns>().turns.Wait(http);
        return turn.IsAcquired ? await next(context) : new Problem(new("overloaded", "Too many files of purchases are waiting already."));
    }

    public void Dispose() => turns.Dispose();
}
