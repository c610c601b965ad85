using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>Who acts in this request.</summary>
internal sealed class Actor
{
    private const string Everything = "*", Nothing = "", Nobody = "anonymous";

    public Actor(IHttpContextAccessor accessor)
    {
        var user = accessor.HttpContext?.User;
        if (user?.FindFirst("sub")?.Value is not { } subject) return;
        Id = subject;
        Name = user.FindFirst("name")?.Value ?? subject;
        Bin = user.FindFirst("bin")?.Value;
        Roles = [.. user.FindAll("roles").Select(r => r.Value)];
        Permission = accessor.HttpContext?.GetEndpoint()?.Metadata.GetMetadata<Permission>()?.Name;
        RowScope = RowsBy(Permission);
    }

    private Actor(string id) => (Id, Name, RowScope) = (id, id, Everything);

    /// <summary>The registry itself, for due jobs and runs.</summary>
    public static Actor Registry { get; } = new("registry");

    public string Id { get; } = Nobody;
    public string Name { get; } = Nobody;

    /// <summary>The BIN or IIN that the caller acts for.</summary>
    public string? Bin { get; }

    /// <summary>As the domain weighs who decides.</summary>
    public Official Official => new(Id, Bin);

    public IReadOnlyList<string> Roles { get; } = [];

    /// <summary>What this operation needs; null for a public one.</summary>
    public string? Permission { get; }

    /// <summary>
    /// Whose rows this operation may touch: all, one BIN's, or none. It follows the role that grants the operation, not the other ones.
    /// </summary>
    public string RowScope { get; } = Nothing;

    public bool May(string permission) => Roles.Any(r => Permissions.Grants(r, permission));

    /// <summary>Whose rows a permission opens to the caller, as <see cref="RowScope"/>.</summary>
    public string RowsBy(string? permission) =>
        permission is not null && Roles.Any(r => Permissions.GrantsAllRows(r, permission)) ? Everything : Bin ?? Nothing;

    /// <summary>False for an applicant or payer, and in the affairs of the company that the caller acts for, whatever the role.</summary>
    public bool ReadsAsStaff(string? ownerBin) => RowScope == Everything && (Bin is null || Bin != ownerBin);

    /// <summary>Names under which the journal records the registry and callers without a token.</summary>
    public static bool IsReserved(string subject) => FourEyes.IsSamePerson(subject, Registry.Id) || FourEyes.IsSamePerson(subject, Nobody);
}
