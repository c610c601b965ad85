using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>Tells who asks for a table that is none which ones there are.</summary>
internal static class GetReference
{
    private static readonly string[] Names =
        ["base-rates", "document-types", "fee-deadlines", "grounds", "holidays", "legal-parameters", "mci", "regions"];

    public static Problem Endpoint(string table) =>
        new(new Error("reference-not-found", $"There is no reference table '{table}'. Known: {string.Join(", ", Names)}."));
}
