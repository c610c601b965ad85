using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Refusals of requests that never reach a use case.</summary>
internal static class InputErrors
{
    /// <summary>
    /// So many are told of one request, and <c>more</c> says that there are others: whoever sends them gets no answer that grows with them.
    /// </summary>
    public const int MaxProblems = 100;

    /// <summary>Null when there is no problem; takes no more of them than are told.</summary>
    public static Error? InvalidIfAny(IEnumerable<FieldProblem> problems) =>
        problems.Take(MaxProblems + 1).ToList() is { Count: > 0 } found ? Invalid(found) : null;

    public static Error Invalid(IReadOnlyList<FieldProblem> problems) => problems.Count > MaxProblems
        ? new Error("invalid-input", $"More than {MaxProblems} members are not acceptable.").With("errors", problems.Take(MaxProblems))
            .With("more", true)
        : new Error("invalid-input", problems.Count == 1
            ? "One member is not acceptable."
            : $"{problems.Count} members are not acceptable.")
            .With("errors", problems);

    public static Error NotJson(string detail) => new("malformed-json", detail);
    public static Error BodyTooLarge(long limit) => new("body-too-large", $"The body is larger than {limit} bytes.");
    public static Error NotUtf8() => new("unsupported-charset", "Text is read as UTF-8 without a byte order mark and without zeros.");
    public static Error EncodingUnsupported() =>
        new("unsupported-content-encoding", "This operation takes its body as it is, without a Content-Encoding.");
    public static Error WrongContentType(string accepted) => new("unsupported-media-type", $"This operation takes {accepted}.");
    public static Error NotAcceptable() => new("not-acceptable", "This operation cannot answer in a media type you accept.");
    public static Error WholeListHasNoPages() =>
        new("cursor-invalid", "A list that is sent whole has no pages: ask for it without a cursor.");
    public static Error CursorInvalid() => new("cursor-invalid", "This cursor was not given out for this list and filter.");

    public static Error CursorOfAnotherHistory() => new("cursor-of-another-history",
        "The journal does not have the entry behind this cursor: the registry was restored from an earlier backup. Read again from the "
            + "start, without a cursor.");

    public static Error IfMatchMissing(int version) =>
        new("if-match-required", $"Name the version you have seen: If-Match: \"{version}\".");
    public static Error IfMatchStale(int version) =>
        new Error("stale-version", "The resource has changed since you read it.").With("version", version);
}
