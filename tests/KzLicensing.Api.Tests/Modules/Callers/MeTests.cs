using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Callers;

/// <summary>Whoever shows a token can ask who it makes of him.</summary>
public sealed class MeTests(MeTests.NarrowRegistry registry) : IClassFixture<MeTests.NarrowRegistry>
{
    public sealed class NarrowRegistry(TestCluster cluster) : Registry(cluster)
    {
        protected override string[] Settings => ["--Limits:DownloadsPerCaller=3", "--Documents:MaxBytes=12345", "--Ingest:MaxBytes=67890"];
    }

    [Fact]
    public async Task One_reads_ones_name_roles_permissions_and_for_whom_one_acts()
    {
        var applicant = (await registry.Get("applicant-" + Files.Kegoc, "/v1/me")).Demand(200);
        Assert.Equal(("applicant-" + Files.Kegoc, Files.Kegoc), (applicant["subject"].GetString(), applicant["bin"].GetString()));
        Assert.Equal(["Applicant"], Words(applicant, "roles"));
        Assert.Equal(Permissions.All.Where(p => Permissions.Grants("Applicant", p)), Words(applicant, "permissions"));
        Assert.NotEmpty(applicant["name"].GetString()!);

        registry.Hire("two-hats", null, ["Officer", "Auditor", "Poet"], "somebody");
        var officer = (await registry.Get("two-hats", "/v1/me")).Demand(200);
        Assert.Equal("somebody", officer["subject"].GetString());
        Assert.Equal("two-hats", officer["name"].GetString());
        Assert.Null(officer["bin"].GetString());
        Assert.Equal(["Auditor", "Officer"], Words(officer, "roles"));
        Assert.Equal(Permissions.All.Where(p => Permissions.Grants("Officer", p) || Permissions.Grants("Auditor", p)),
            Words(officer, "permissions"));
    }

    [Fact]
    public async Task One_reads_the_limits_that_one_meets()
    {
        var limits = (await registry.Get("grid-1", "/v1/me")).Demand(200)["limits"];
        Assert.Equal(100_000, limits.GetProperty("requestsPerSecond").GetInt32());
        Assert.Equal(200_000, limits.GetProperty("requestsInBurst").GetInt32());
        Assert.Equal(new BackPressureOptions().ConcurrentRequestsPerCaller, limits.GetProperty("requestsAtWork").GetInt32());
        Assert.Equal(3, limits.GetProperty("downloads").GetInt32());
        Assert.Equal(12_345, limits.GetProperty("maxDocumentBytes").GetInt64());
        Assert.Equal(67_890, limits.GetProperty("maxReadingsBytes").GetInt64());
        Assert.Equal(1 << 20, limits.GetProperty("maxJsonBytes").GetInt64());
    }

    [Fact]
    public async Task Nobody_is_nobody()
    {
        (await registry.Get(null, "/v1/me")).DemandProblem(401, "token-required");
        registry.Hire("poet", null, ["Poet"]);
        (await registry.Get("poet", "/v1/me")).DemandProblem(403, "permission-missing");
    }

    private static IEnumerable<string?> Words(Answer answer, string member) => answer[member].EnumerateArray().Select(w => w.GetString());
}
