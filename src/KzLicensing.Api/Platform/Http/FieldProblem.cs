namespace KzLicensing.Api.Platform.Http;

/// <summary>One thing wrong with one member of the input.</summary>
/// <param name="Pointer">RFC 6901 into the body, or <c>?name</c> for a query parameter.</param>
/// <param name="Message">In the caller's language.</param>
internal sealed record FieldProblem(string Pointer, string Code, string Message)
{
    /// <param name="said">When more is to be said than the catalogue has for the code.</param>
    public static FieldProblem Of(string pointer, string code, Trilingual? said = null) =>
        new(pointer, code, (said ?? ErrorCatalogue.Of(code).Message).ForCaller());
}
