using System.Security.Cryptography;
using System.Text;
using KzLicensing.Api.Platform.Idempotency;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Answers unreadable input once for all endpoints.</summary>
internal sealed class RefuseUnreadableInput : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var argument in context.Arguments)
        {
            if (argument is IReadInput { Refusal: { } refusal }) return new Problem(refusal);
        }

        return await next(context);
    }
}

/// <summary>A cursor leads on in pages only: a whole list that passed over it would begin anew, unnoticed.</summary>
internal sealed class RefuseCursorOfWholeList : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.Request.Query.ContainsKey("cursor") && http.AsksFor<ISendsWholeList>()
            ? new Problem(InputErrors.WholeListHasNoPages())
            : await next(context);
    }
}

/// <summary>Reads <c>Idempotency-Key</c> of a POST and binds it to what was sent.</summary>
internal sealed class BindIdempotencyKey : IEndpointFilter
{
    private const string Header = "Idempotency-Key";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method) || !http.Request.Headers.TryGetValue(Header, out var header))
            return await next(context);
        var key = header.ToString();
        if (header.Count != 1 || key.Length is 0 or > 255 || key.Any(c => c is < '!' or > '~'))
            return new Problem(IdempotencyErrors.Malformed());

        http.RequestServices.GetRequiredService<IdempotencyKey>().Bind(key, Fingerprint(http.Request, context.Arguments));
        return await next(context);
    }

    private static byte[] Fingerprint(HttpRequest request, IList<object?> arguments)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Without its parameters: the boundary of a form is another one each time it is sent.
        var mediaType = request.ContentType?.Split(';')[0];
        var head = $"{request.Method}\n{request.Path}{request.QueryString}\n{mediaType}\n{request.Headers.IfMatch}\n";
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        foreach (var input in arguments.OfType<IReadInput>()) hash.AppendData(input.Raw.Span);
        return hash.GetHashAndReset();
    }
}
