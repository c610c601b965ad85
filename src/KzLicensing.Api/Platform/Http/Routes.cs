using System.Reflection;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Platform.Http;

/// <summary>The codes by which an operation may refuse, beside those that every operation shares.</summary>
internal sealed record Refusals(IReadOnlyList<string> Codes);

/// <summary>Says which permission an operation needs; null for the public.</summary>
internal sealed record Permission(string? Name);

/// <summary>
/// Headers of an operation's success that do not follow from what it answers; with an <c>ETag</c> it knows <c>If-None-Match</c>.
/// </summary>
internal sealed record AnswersHeaders(params string[] Names);

/// <summary>The words of a module's route table: one line tells route, use case, permission and refusals.</summary>
internal static class Routes
{
    /// <summary>All operations of the API under one base path, with the filters that every one of them has.</summary>
    public static RouteGroupBuilder MapVersion1(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1");
        v1.AddEndpointFilter<RefuseUnreadableInput>().AddEndpointFilter<BeginRehearsal>().AddEndpointFilter<RefuseCursorOfWholeList>();
        v1.AddEndpointFilter(BackPressure.Work).AddEndpointFilter<BindIdempotencyKey>().AddEndpointFilter<FindByNumber>();
        return v1;
    }

    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, string permission) =>
        route.Named().WithMetadata(new Permission(permission)).RequireAuthorization(permission);

    public static RouteHandlerBuilder Public(this RouteHandlerBuilder route) =>
        route.Named().WithMetadata(new Permission(null)).AllowAnonymous();

    /// <summary>A replica may answer: see <see cref="LaggingReads"/>.</summary>
    public static RouteHandlerBuilder MayLag(this RouteHandlerBuilder route) => route.WithMetadata(new MayLag());

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params string[] codes) =>
        route.WithMetadata(new Refusals(codes));

    /// <summary>The operation is called like the slice that serves it.</summary>
    private static RouteHandlerBuilder Named(this RouteHandlerBuilder route)
    {
        route.Add(endpoint =>
        {
            var slice = endpoint.Metadata.OfType<MethodInfo>().First().DeclaringType!.Name;
            if (RouteTemplate.Of(endpoint) is { } template) endpoint.Metadata.Add(template);
            endpoint.Metadata.Add(new EndpointNameMetadata(char.ToLowerInvariant(slice[0]) + slice[1..]));
        });
        return route;
    }
}
