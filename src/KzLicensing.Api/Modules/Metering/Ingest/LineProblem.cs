using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>What is wrong with a line, in the caller's language.</summary>
internal sealed record LineProblem(long Line, string Code, string Message)
{
    public static LineProblem Of(LineError error) => new(error.Line, error.Code, ErrorCatalogue.Of(error.Code).Title.ForCaller());
}
