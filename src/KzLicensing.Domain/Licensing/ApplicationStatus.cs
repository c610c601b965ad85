namespace KzLicensing.Domain.Licensing;

/// <summary>Where a permit application stands.</summary>
public enum ApplicationStatus
{
    Draft,
    Submitted,
    UnderReview,
    InformationRequested,
    Recommended,
    Approved,
    Refused,
    Withdrawn,
    Lapsed,
}

/// <summary>What an application asks for.</summary>
public enum ApplicationKind
{
    New,
    Renewal,
    Amendment,
}

/// <summary>I: owns or lawfully holds a mining data center. II: own hardware in somebody else's (Law 193-VII art. 9).</summary>
public enum Subtype
{
    I,
    II,
}

/// <summary>What the reviewing officer proposes.</summary>
public enum Outcome
{
    Approve,
    Refuse,
}
