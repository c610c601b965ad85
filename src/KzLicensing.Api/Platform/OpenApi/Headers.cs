using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Messaging;
using Microsoft.OpenApi;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>The headers of requests and answers, each described once.</summary>
internal static class Headers
{
    public static OpenApiParameter IdempotencyKey() => Sent(
        "Idempotency-Key", required: false, maxLength: 255, pattern: "^[!-~]+$",
        "Makes the request repeatable: the first success is stored and answered again, with `Idempotency-Replayed`. A key belongs to one "
            + "caller and one "
        + "request; another request with it is refused. It is kept for seven days.");

    public static OpenApiParameter IfMatch(bool required) => Sent(
        "If-Match", required, maxLength: null, pattern: null,
        required
            ? "The ETag of the version that was seen: a decision names what it decides."
            : "The ETag of the version that was seen; honored when it is sent.");

    public static OpenApiParameter IfNoneMatch() =>
        Sent("If-None-Match", required: false, maxLength: null, pattern: null, "An ETag that you have: 304 while it is current.");

    public static OpenApiParameter ValidateOnly() => new()
    {
        Name = Rehearsal.Parameter,
        In = ParameterLocation.Query,
        Description =
            "Runs every check, those of the database too, and writes nothing: the answer is what would be answered, or the refusal. "
            + "Ids and numbers in it are given to nobody, and the `Idempotency-Key` stays free.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false },
    };

    public static OpenApiHeader OnlyValidated() => new()
    {
        Description = "There and `true` when nothing was written: the request said `validateOnly`.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["true"] },
    };

    /// <summary>Headers that an operation names itself.</summary>
    public static OpenApiHeader Named(string name) => name switch
    {
        "ETag" => ETag(),
        "Content-Disposition" => Answered("Under which name the file is kept."),
        "Content-Security-Policy" => Answered("`sandbox`: whatever a browser shows of it, it runs nothing."),
        "Repr-Digest" => Answered("SHA-256 of the content, in base64 (RFC 9530)."),
        _ => throw new InvalidOperationException($"The header {name} is not described."),
    };

    public static OpenApiHeader ETag() => Answered("Names the version of the resource; strong unless it begins with `W/`.");

    public static OpenApiParameter JournalSeen() => Sent(
        LaggingReads.Header, required: false, maxLength: null, pattern: "^[0-9]+$",
        "The number that a write of yours was answered with: what is read here has that write. The process that wrote it remembers by "
            + "itself.");

    public static OpenApiHeader JournalWritten() =>
        Answered("The number of the journal's entry about this write; send it back to read what has it.");

    public static OpenApiHeader Location() => Answered("Where the resource is.");

    public static OpenApiHeader RetryAfter() => new()
    {
        Description = "Seconds to wait before the next try.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
    };

    public static OpenApiHeader Replayed() => new()
    {
        Description = "There and `true` when the answer is that of an earlier request with the same key.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["true"] },
    };

    public static OpenApiHeader Challenge() => Answered("`Bearer`, with what is wrong with the token.");

    private static OpenApiHeader Answered(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiParameter Sent(string name, bool required, int? maxLength, string? pattern, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Required = required,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            MinLength = maxLength is null
            ? null
            : 1,
            MaxLength = maxLength,
            Pattern = pattern
        },
    };
}
