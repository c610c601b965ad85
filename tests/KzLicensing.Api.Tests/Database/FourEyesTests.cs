using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>
/// What the program's own role cannot write, whatever the program: another applicant, a version that never was, one person twice.
/// </summary>
public sealed class FourEyesTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("recommender = 'officer-9', applicant = 'somebody else'", "application_recommendations_name_a_version")]
    [InlineData("recommender = 'officer-9', application_version = 99", "application_recommendations_name_a_version")]
    [InlineData("recommender = 'officer-9', application_version = 3", "application_recommendations_name_a_version")]
    [InlineData("recommender = 'applicant-970740000838'", "application_people_take_one_side")]
    [InlineData("recommender = U&'APPLICANT-970740000838\\00A0'", "application_people_take_one_side")]
    public async Task A_recommendation_names_a_version_that_was_recommended_and_who_submitted_it(string claim, string constraint)
    {
        var id = await registry.UnderReview(Somewhere());
        await AssertRefused(constraint, $"""
            UPDATE permit_applications SET version = version + 1, status = 'Recommended' WHERE id = '{id}';
            INSERT INTO application_recommendations
                (application_id, application_version, outcome, recommender, applicant, reasons, grounds, at)
            SELECT '{id}', {Claimed(claim, "application_version", "4")}, 'Approve', {Claimed(claim, "recommender", "'officer-9'")},
                   {Claimed(claim, "applicant", "'applicant-970740000838'")}, 'x', ARRAY[]::text[], '2026-03-02'
            """);
    }

    [Theory]
    [InlineData("officer-1")]
    [InlineData("OFFICER-1")]
    [InlineData("officer-1 ")]
    [InlineData("officer-1\u00A0")]
    [InlineData("offi\u200Bcer-1")]
    [InlineData("\uFF4F\uFF46\uFF46\uFF49\uFF43\uFF45\uFF52\uFF0D\uFF11")]
    public async Task The_recommender_does_not_decide_however_spelled(string decider) => await AssertRefused(
        "application_decisions_take_four_eyes",
        Decide(await registry.Recommended(Somewhere()), decider));

    [Theory]
    [InlineData("applicant-970740000838")]
    [InlineData("Applicant-970740000838")]
    public async Task The_applicant_does_not_decide(string decider) => await AssertRefused(
        "application_people_take_one_side", Decide(await registry.Recommended(Somewhere()), decider));

    [Fact]
    public async Task Whoever_changed_the_application_does_not_decide()
    {
        registry.Hire("colleague", Files.Kegoc, ["Applicant"]);
        var id = await registry.Draft(Files.Application(address: "Changed by a colleague"));
        (await registry.Send("colleague", HttpMethod.Put, $"/v1/permit-applications/{id}",
            Files.Application(address: "Changed by a colleague"), "\"1\"")).Demand(200);
        (await registry.Post("applicant-" + Files.Kegoc, $"/v1/permit-applications/{id}/submit")).Demand(200);
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/start-review")).Demand(200);
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/recommend", new { outcome = "Approve", reasons = "x" }))
            .Demand(200);
        await AssertRefused("application_people_take_one_side", Decide(id, "Colleague", version: 5));
    }

    [Fact]
    public async Task What_is_decided_is_the_version_in_force()
    {
        var undecided = await registry.Recommended(Somewhere());
        await AssertRefused("application_decisions_make_the_next_version", Decision(undecided, "approver-9", 4));

        var returned = await registry.Recommended(Somewhere());
        (await registry.Post("approver-1", $"/v1/permit-applications/{returned}/return", new { reasons = "x" })).Demand(200);
        await AssertRefused("application_decisions_make_the_next_version", $"""
            UPDATE permit_applications SET version = version + 1, status = 'Approved', closed_at = '2026-03-02'
                WHERE id = '{returned}'; {Decision(returned, "approver-9", 4)}
            """);
    }

    [Theory]
    [InlineData("submitted_by = 'somebody else'")]
    [InlineData("version = version + 5")]
    [InlineData("status = 'Recommended'")]
    public async Task An_application_keeps_who_submitted_it_and_counts_its_versions(string change) => await AssertRefused(
        "permit_applications_keep_their_applicant",
        $"UPDATE permit_applications SET {change} WHERE id = '{await registry.Submitted(Somewhere())}'");

    [Fact]
    public async Task An_assessment_is_not_issued_by_who_asked_for_it()
    {
        await registry.MoveClock("2026-04-05T06:00:00Z");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("E-1", change: p => p["meterState"] = "Absent"))).Demand(201);
        await registry.Run("2026-Q1");
        const string issue = """
            INSERT INTO assessments
                (id, number, version, run_id, instrument, payer_bin, period, total_kzt, delta_kzt, due_on, input_fingerprint,
                                     requested_by, issued_by, issued_at)
            SELECT id, 'DMF-1', 1, run_id, instrument, payer_bin, period, 1, 1, '2026-05-25', 'x', {0}, {1}, '2026-04-05'
                   FROM assessment_drafts
            """;
        await AssertRefused("assessments_take_two_people", string.Format(null, issue, "'tax-1'", "U&'TAX-1\\00A0'"));
        await AssertRefused("assessments_take_two_people", string.Format(null, issue, "NULL", "'tax-2'"));
        await AssertRefused("assessments_name_who_asked", string.Format(null, issue, "'tax-9'", "'tax-1'"));
    }

    private static JsonObject Somewhere() => Files.Application(address: $"{Guid.NewGuid()}");

    private static string Decide(string id, string decider, int version = 4) => $"""
        UPDATE permit_applications SET version = version + 1, status = 'Approved', closed_at = '2026-03-02'
            WHERE id = '{id}'; {Decision(id, decider, version)}
        """;

    private static string Decision(string id, string decider, int version) => $"""
        INSERT INTO application_decisions
            (application_id, application_version, outcome, decider, recommender, applicant, reasons, grounds, at)
        VALUES ('{id}', {version}, 'Approve', '{decider}', 'officer-1', 'applicant-970740000838', 'x', ARRAY[]::text[], '2026-03-02')
        """;

    private static string Claimed(string claims, string column, string honest) =>
        claims.Split(", ").Select(c => c.Split(" = ")).FirstOrDefault(c => c[0] == column)?[1] ?? honest;

    /// <summary>Direct SQL with the program's role, seeing all rows.</summary>
    private async Task AssertRefused(string constraint, string sql)
    {
        await using var connection = new NpgsqlConnection(registry.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"BEGIN; SET LOCAL registry.row_scope = '*'; {sql}; COMMIT", connection);
        var refused =
            await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Equal(constraint, refused.ConstraintName);
    }
}
