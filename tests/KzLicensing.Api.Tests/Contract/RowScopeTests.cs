using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>Row-level security does not exist for it: only what stands in the queries themselves keeps rows apart.</summary>
public sealed class UnguardedRegistry(TestCluster cluster) : Registry(cluster)
{
    protected override string ConnectionString => OwnerConnectionString;
}

public sealed class GuardedRowScopeTests(Registry registry) : RowScopeTests(registry), IClassFixture<Registry>;

public sealed class UnguardedRowScopeTests(UnguardedRegistry registry) : RowScopeTests(registry), IClassFixture<UnguardedRegistry>;

/// <summary>Whose rows an operation reaches: those of the role that grants it, whatever other roles the token has.</summary>
public abstract class RowScopeTests(Registry registry)
{
    private const string Applicant = "Applicant";

    /// <summary>Who has two roles is told of both.</summary>
    private const string Me = "/v1/me";

    [Fact]
    public async Task Of_any_two_roles_the_one_that_grants_the_operation_says_whose_rows_it_reaches()
    {
        var rows = await registry.OwnRows();
        var before = await registry.Written();
        foreach (var roles in Pairs().Concat(Permissions.Roles.Select(r => new[] { r })))
            registry.Hire(string.Join('+', roles), Files.Kaspi, roles, "somebody");
        foreach (var operation in (await Operation.All(registry)).Where(o => !o.IsPublic))
        {
            foreach (var roles in Pairs())
            {
                var granting = roles.Where(r => Permissions.Grants(r, operation.Permission!)).ToList();
                if (granting.Count == 0) (await Call(operation, rows, roles)).DemandProblem(403, "permission-missing");
                else if (granting is [Applicant]) DemandForeign(operation, rows, await Call(operation, rows, roles));
                else if (operation is { Method: "GET", Path: not Me })
                    await DemandAlike(operation, rows, roles, granting.Where(r => r != Applicant));
            }
        }

        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task The_owner_reaches_what_the_others_did_not()
    {
        var rows = await registry.OwnRows();
        foreach (var operation in (await Operation.All(registry))
            .Where(o => o is { Method: "GET", IsPublic: false } && o.Allows(OwnedRows.Owner)))
        {
            var answer = await registry.Get(OwnedRows.Owner, rows.PathOf(operation));
            var isCommon = Permissions.Roles.All(r => Permissions.Grants(r, operation.Permission!))
                && !operation.Path.Contains("{key}", StringComparison.Ordinal);
            Assert.True(isCommon || (int)answer.Status == 200, $"{operation}: {answer.Text}");
        }
    }

    private static IEnumerable<string[]> Pairs() =>
        Permissions.Roles.SelectMany((first, n) => Permissions.Roles.Skip(n + 1).Select(second => new[] { first, second }));

    private static void DemandForeign(Operation operation, OwnedRows rows, Answer answer)
    {
        // Whoever creates something names an owner, not a row; a file names a point on each of its lines.
        var isHidden = (int)answer.Status == 404
            || new[] { "bin-not-yours", "metering-point-unknown" }.Any(c => answer.Text.Contains(c, StringComparison.Ordinal))
            || ((int)answer.Status == 200 && operation.Method == "GET"
                && !rows.Secrets.Any(s => answer.Text.Contains(s, StringComparison.Ordinal)));
        Assert.True(isHidden, $"{operation}: {(int)answer.Status} {answer.Text}");
    }

    /// <summary>Two roles read what one of them would read alone.</summary>
    private async Task DemandAlike(Operation operation, OwnedRows rows, string[] roles, IEnumerable<string> granting)
    {
        var answer = await Call(operation, rows, roles);
        var alone = new List<Answer>();
        foreach (var role in granting) alone.Add(await Call(operation, rows, [role]));
        Assert.True(alone.Any(a => a.Status == answer.Status && ((int)a.Status != 200 || a.Text == answer.Text)),
            $"{operation}: {answer.Text}");
    }

    /// <summary>Sends the operation's example to the owner's rows, as somebody who acts for another miner.</summary>
    private Task<Answer> Call(Operation operation, OwnedRows rows, IReadOnlyList<string> roles)
    {
        var (type, media) = operation.Bodies?.FirstOrDefault() ?? default;
        var body = type == "multipart/form-data" ? Files.Form : media?["example"] is JsonValue text ? text.GetValue<string>()
            : media?["example"]?.ToJsonString();
        return registry.Send(
            string.Join('+', roles), new HttpMethod(operation.Method), rows.PathOf(operation), body, "\"1\"",
            contentType: type == "multipart/form-data" ? Files.FormType : type ?? "application/json");
    }
}
