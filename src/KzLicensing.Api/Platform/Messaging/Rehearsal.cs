using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Platform.Messaging;

/// <summary>
/// Whether a command is only tried: with <c>?validateOnly=true</c> it runs to its end, the constraints of the database too, and is then
/// undone.
/// </summary>
internal sealed class Rehearsal
{
    public const string Parameter = "validateOnly", Header = "Validate-Only";

    public bool IsOn { get; set; }
}

/// <summary>Says that an operation can be tried without effect.</summary>
internal sealed record MayBeRehearsed;

internal static class RehearsalRoutes
{
    public static RouteHandlerBuilder Rehearses(this RouteHandlerBuilder route) => route.WithMetadata(new MayBeRehearsed());
}

/// <summary>Reads <c>?validateOnly=</c>. Where nothing can be tried it is refused: whoever asks for it must not do more by it.</summary>
internal sealed class BeginRehearsal : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Query.TryGetValue(Rehearsal.Parameter, out var asked)) return await next(context);
        if (http.GetEndpoint()?.Metadata.GetMetadata<MayBeRehearsed>() is null) return Refusal("unknown-field");
        if (asked is not ["true" or "false"]) return Refusal("wrong-type");
        http.RequestServices.GetRequiredService<Rehearsal>().IsOn = asked[0] == "true";
        return await next(context);
    }

    private static Problem Refusal(string code) => new(InputErrors.Invalid([FieldProblem.Of("?" + Rehearsal.Parameter, code)]));
}
