using KzLicensing.Domain;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>A constraint reads as a claim; who breaks it gets this refusal.</summary>
internal sealed record ConstraintRefusal(string Constraint, Func<PostgresException, Error> Explain);

/// <summary>The refusals that modules have registered for their constraints.</summary>
internal sealed class ConstraintRefusals(IEnumerable<ConstraintRefusal> refusals)
{
    private readonly Dictionary<string, Func<PostgresException, Error>> byConstraint =
        refusals.ToDictionary(r => r.Constraint, r => r.Explain, StringComparer.Ordinal);

    /// <summary>Null when nobody claims the constraint: then it is an accident.</summary>
    public Error? Explain(PostgresException violation) =>
        violation.ConstraintName is { } name && byConstraint.TryGetValue(name, out var explain) ? explain(violation) : null;
}
