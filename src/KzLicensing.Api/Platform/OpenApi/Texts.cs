using System.Text.Json.Nodes;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Domain.Licensing;
using Microsoft.OpenApi;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>
/// What a text looks like wherever it is answered or stands in a path, by its name: one of some words, or of one spelling. What is sent
/// keeps what its validator demands, see <see cref="Bounds"/>.
/// </summary>
internal static class Texts
{
    private const string Bin = "^[0-9]{12}$", Sha256 = "^[0-9a-f]{64}$", Opaque = "^[A-Za-z0-9_-]+$",
    LicenseNumber = "^KZ-DM-(I|II)-[0-9]{4}-[0-9]{6,}$";

    /// <summary>A name of one kind of object is written <c>Kind.name</c>, a place in a path <c>{name}</c>.</summary>
    private static readonly Dictionary<string, Text> Known = new(StringComparer.Ordinal)
    {
        ["Application.allowed"] = OneOf(PermitApplication.Transitions),
        ["License.allowed"] = OneOf(LicenseTerm.Transitions),
        ["Problem.allowed"] = OneOf([.. PermitApplication.Transitions, .. LicenseTerm.Transitions]),
        ["ReadingBatch.mode"] = OneOf(ReadingsMode.All),
        ["ReadingBatch.status"] = OneOf("Running", "Stored"),
        ["Document.contentType"] = OneOf([.. DocumentFormat.All.Select(f => f.MediaType)]),
        ["DocumentUploaded.contentType"] = OneOf([.. DocumentFormat.All.Select(f => f.MediaType)]),
        ["Ground.decision"] = OneOf("Refusal", "Suspension", "Revocation"),
        ["Region.kind"] = OneOf("oblast", "city"),
        ["Region.gridZone"] = OneOf(Patterns.GridZones),
        ["MeResponse.roles"] = OneOf(Permissions.Roles),
        ["MeResponse.permissions"] = OneOf([.. Permissions.All]),
        ["PublishedKey.kty"] = OneOf("EC"),
        ["PublishedKey.crv"] = OneOf("P-256"),
        ["PublishedKey.alg"] = OneOf("ES256"),
        ["PublishedKey.use"] = OneOf("sig"),
        ["MeteringPoint.gridZone"] = OneOf(Patterns.GridZones),
        ["Application.number"] = Spelled("^A-[0-9]{4}-[0-9]{6,}$"),
        ["License.number"] = Spelled(LicenseNumber),
        ["RegisteredLicense.number"] = Spelled(LicenseNumber),
        ["LicenseIssued.license"] = Spelled(LicenseNumber),
        ["Assessment.number"] = Spelled("^[A-Z]{3}-[0-9]{4}Q[1-4]-[0-9]{6,}$"),
        ["scope"] = Spelled(Patterns.Scope),
        ["tightestScope"] = Spelled(Patterns.Scope),
        ["region"] = Spelled(Patterns.Region),
        ["siteRegion"] = Spelled(Patterns.Region),
        ["regions"] = Spelled(Patterns.Region),
        ["month"] = Spelled(Patterns.Month),
        ["monthsWithoutPurchases"] = Spelled(Patterns.Month),
        ["country"] = Spelled("^[A-Z]{2}$"),
        ["period"] = Spelled("^[0-9]{4}-Q[1-4]$"),
        ["bin"] = Spelled(Bin),
        ["applicantBin"] = Spelled(Bin),
        ["payerBin"] = Spelled(Bin),
        ["sha256"] = Spelled(Sha256),
        ["hash"] = Spelled(Sha256),
        ["inputFingerprint"] = Spelled("^sha256:[0-9a-f]{64}$"),
        ["cursor"] = Spelled(Opaque),
        ["nextCursor"] = Spelled(Opaque),
        ["{code}"] = UpTo(MeteringPointCodes.MaxLength),
        ["{number}"] = UpTo(40),
        ["{key}"] = UpTo(255),
    };

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>
    /// Writes into the schema of a text, or of a list of texts, what is known of it; a schema that says more stays as it is.
    /// </summary>
    /// <param name="owner">The object's name in the document; null in a path.</param>
    public static void Apply(string? owner, string name, OpenApiSchema schema)
    {
        var text = schema.Items as OpenApiSchema ?? schema;
        if (text.Type?.HasFlag(JsonSchemaType.String) is not true
            || text is not { Enum: null, Pattern: null, Format: null, MaxLength: null }) return;
        if ((Known.GetValueOrDefault($"{owner}.{name}") ?? Known.GetValueOrDefault(name)) is not { } known) return;
        text.Enum = known.Words is null ? null : [.. known.Words.Select(w => (JsonNode)w), .. text.Type.Value.HasFlag(JsonSchemaType.Null)
            ? [null!] : Array.Empty<JsonNode>()];
        text.Pattern = known.Pattern;
        text.MinLength = known.MaxLength is null ? null : 1;
        text.MaxLength = known.MaxLength;
    }

    private static Text OneOf(params IReadOnlyList<string> words) => new(words, null, null);

    private static Text Spelled(string pattern) => new(null, Patterns.Published(pattern), null);

    private static Text UpTo(int length) => new(null, null, length);

    private sealed record Text(IReadOnlyList<string>? Words, string? Pattern, int? MaxLength);
}
