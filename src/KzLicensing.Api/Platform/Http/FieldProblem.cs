namespace KzLicensing.Api.Platform.Http;

/// <summary>One thing wrong with one member of the input.</summary>
/// <param name="Pointer">RFC 6901 into the body, or <c>?name</c> for a query parameter.</param>
internal sealed record FieldProblem(string Pointer, string Code, string Message);
