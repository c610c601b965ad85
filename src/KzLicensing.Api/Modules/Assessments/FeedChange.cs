namespace KzLicensing.Api.Modules.Assessments;

/// <summary>What a tax system learns of an assessment.</summary>
internal enum FeedChange
{
    Issued,
    Superseded,
    Withdrawn,
    Settled,
    ObjectionOpened,
    ObjectionDecided,
}
