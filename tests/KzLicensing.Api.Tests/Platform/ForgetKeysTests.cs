using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

public sealed class ForgetKeysTests(TestCluster cluster)
{
    [Fact]
    public async Task A_key_is_kept_for_seven_days_and_forgotten_then_however_many_there_are()
    {
        await using var registry = new Registry(cluster);
        await registry.InitializeAsync();
        await registry.MoveClock("2026-03-02T06:00:00Z");
        var applicant = "applicant-" + Files.Kegoc;
        var body = Files.Application();
        var first = (await registry.Post(applicant, "/v1/permit-applications", body, key: "mine")).Demand(201);
        await registry.Sql<int>("""
            INSERT INTO idempotency_keys (caller, key, fingerprint, action, at) SELECT 'many', n::text, '', 'Many', '2026-03-02'
                FROM generate_series(1, 11000) AS n;
            SELECT 1
            """);

        await registry.MoveClock("2026-03-09T05:00:00Z");
        Assert.Equal(first.Text, (await registry.Post(applicant, "/v1/permit-applications", body, key: "mine")).Demand(201).Text);
        Assert.Equal(1L, await registry.Sql<long>("SELECT count(*) FROM idempotency_keys"));
        var written = await registry.Written();

        await registry.MoveClock("2026-03-09T07:00:00Z");
        Assert.Equal(0L, await registry.Sql<long>("SELECT count(*) FROM idempotency_keys"));
        (await registry.Get(applicant, "/v1/receipts/mine")).DemandProblem(404, "receipt-not-found");
        Assert.Equal(written, await registry.Written());
    }
}
