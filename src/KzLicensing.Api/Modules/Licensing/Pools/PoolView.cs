using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Licensing.Pools;

/// <summary>What an accreditation is worth on a day; it follows from dates.</summary>
internal enum PoolStatus
{
    Pending,
    Accredited,
    Expired,
    Revoked,
}

/// <summary>A pool and its accreditation as of a day.</summary>
internal sealed record PoolView : IVersioned
{
    public Guid Id { get; init; }
    public int Version { get; init; }
    public PoolStatus Status { get; init; }
    public string Name { get; init; } = "";

    /// <summary>ISO 3166-1, two letters.</summary>
    public string Country { get; init; } = "";

    public string? Homepage { get; init; }
    public DateOnly AccreditedFrom { get; init; }

    /// <summary>The last day; null until further notice.</summary>
    public DateOnly? AccreditedTo { get; init; }

    /// <summary>Number and day of the act by which the ministry accredits.</summary>
    public string Act { get; init; } = "";

    public DateOnly? RevokedFrom { get; init; }
    public string? RevocationAct { get; init; }

    string? IVersioned.Face => $"{Status}";

    public PoolView On(DateOnly day) => this with
    {
        Status = day switch
        {
            _ when RevokedFrom <= day => PoolStatus.Revoked,
            _ when AccreditedTo < day => PoolStatus.Expired,
            _ when day < AccreditedFrom => PoolStatus.Pending,
            _ => PoolStatus.Accredited,
        },
    };

    public const string Select = """
        SELECT p.id, p.version, p.name, p.country, p.homepage, p.accredited_from, p.accredited_to, p.act, p.revoked_from, p.revocation_act
          FROM pools p

        """;
}
