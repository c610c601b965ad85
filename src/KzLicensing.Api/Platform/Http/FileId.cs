using System.Text.RegularExpressions;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// What names a file in a path: its id, or the number by which people know it, such as <c>A-2026-000001</c>, however it was typed.
/// </summary>
internal readonly partial record struct FileId(Guid Id, string? Number)
{
    public static bool TryParse(string? text, out FileId file)
    {
        file = default;
        if (text is null) return false;
        var number = Guid.TryParseExact(text, "D", out var id) ? null : LicenseNumber.Of(text);
        file = new FileId(id, number);
        return number is null || Numbers().IsMatch(number);
    }

    public static implicit operator Guid(FileId file) => file.Id;

    /// <summary>As addresses name it.</summary>
    public override string ToString() => $"{Id}";

    [GeneratedRegex(@"^[A-Z]{1,5}-[0-9]{4}(Q[1-4])?-[0-9]{6,12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}

/// <summary>Routes where a file is named say <c>{id:file}</c>: what is neither id nor number leads nowhere.</summary>
internal sealed class FileIdConstraint : IRouteConstraint
{
    public bool Match(HttpContext? http, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection direction) =>
        FileId.TryParse(values[routeKey]?.ToString(), out _);
}

/// <summary>
/// Looks up the id behind a number, among the rows that the operation may see: from there on an absent file and another's look the same.
/// </summary>
internal sealed class FindByNumber : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        for (var i = 0; i < context.Arguments.Count; i++)
        {
            if (context.Arguments[i] is not FileId { Number: { } number } file) continue;
            var db = context.HttpContext.RequestServices.GetRequiredService<Db>();
            context.Arguments[i] = file with { Id = await db.One<Guid>(Sql, new { Number = number }, context.HttpContext.RequestAborted) };
        }

        return await next(context);
    }

    private const string Sql = """
        SELECT id FROM permit_applications WHERE number = @Number AND current_setting('registry.row_scope', true) IN ('*', applicant_bin)
        UNION ALL
        SELECT id FROM assessments WHERE number = @Number AND current_setting('registry.row_scope', true) IN ('*', payer_bin)
        """;
}
