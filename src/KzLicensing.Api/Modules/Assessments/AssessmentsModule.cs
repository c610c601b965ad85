using KzLicensing.Api.Modules.Assessments.Runs;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Domain.Assessments;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>What every miner owes for a quarter, and the feed by which tax systems learn of it.</summary>
internal static class AssessmentsModule
{
    public static void MapAssessments(this RouteGroupBuilder v1)
    {
        var runs = v1.MapGroup("/assessment-runs").WithTags("Assessments");
        runs.MapPost("/", StartRun.Endpoint).Needs(Permissions.AssessmentsRun).Refuses("period-not-ended");
        runs.MapGet("/{id:guid}", GetRun.Endpoint).Needs(Permissions.AssessmentsRun).Refuses("run-not-found");
        runs.MapPost("/{id:guid}/issue", IssueRun.Endpoint).Needs(Permissions.AssessmentsIssue)
            .Refuses("run-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required", "inputs-changed",
                "nothing-to-issue");

        var assessments = v1.MapGroup("/assessments").WithTags("Assessments");
        assessments.MapGet("/", ListAssessments.Endpoint).MayLag().Needs(Permissions.AssessmentsRead).Refuses("cursor-invalid");
        assessments.MapGet("/{id:file}", GetAssessment.Endpoint).Needs(Permissions.AssessmentsRead).Refuses("assessment-not-found");
        assessments.MapPost("/{id:file}/issue", IssueAssessment.Endpoint).Needs(Permissions.AssessmentsIssue)
            .Refuses("assessment-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required",
                "inputs-changed");

        v1.MapGet("/tax-feed/assessments", GetTaxFeed.Endpoint).MayLag().Needs(Permissions.TaxFeedRead)
            .Refuses("cursor-invalid", "cursor-of-another-history").WithTags("Assessments");
    }

    public static void AddAssessments(this IServiceCollection services)
    {
        services.AddSingleton<RunSignal>();
        services.AddSingleton(new ConstraintRefusal("assessments_take_two_people", _ => AssessmentErrors.SecondPersonRequired()));
        services.AddHostedService<RunWorker>();
    }
}
