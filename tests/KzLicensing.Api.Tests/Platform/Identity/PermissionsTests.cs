using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Identity;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Identity;

public sealed class PermissionsTests(TrustedAuthority trusted) : IClassFixture<TrustedAuthority>
{
    private readonly GuardedApp app = trusted.App;

    public static TheoryData<string> Roles => [.. Permissions.Roles];

    [Theory, MemberData(nameof(Roles))]
    public async Task A_route_answers_the_roles_with_its_permission_and_no_other(string role) =>
        Assert.Equal(Permissions.Grants(role, Permissions.ApplicationsReview) ? 200 : 403, await Get("/reviews", role));

    [Theory, MemberData(nameof(Roles))]
    public async Task A_route_without_a_policy_answers_nobody(string role) => Assert.Equal(403, await Get("/forgotten", role));

    [Theory, InlineData("officer"), InlineData("OFFICER"), InlineData("Officer "), InlineData("Officer,Approver"), InlineData("*")]
    public async Task What_is_not_quite_a_role_grants_nothing(string role) => Assert.Equal(403, await Get("/reviews", role));

    [Fact]
    public async Task A_caller_without_roles_is_known_and_may_do_nothing()
    {
        Assert.Equal(200, await Get("/whoami"));
        Assert.Equal(403, await Get("/reviews"));
    }

    [Fact]
    public async Task Without_a_token_every_guarded_route_answers_401()
    {
        Assert.Equal(401, await app.Status("/reviews"));
        Assert.Equal(401, await app.Status("/forgotten"));
    }

    [Fact]
    public async Task An_address_that_does_not_exist_is_404_for_everybody()
    {
        Assert.Equal(404, await app.Status("/nothing"));
        Assert.Equal(404, await Get("/nothing", "Officer"));
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_take_is_405_for_everybody()
    {
        Assert.Equal(405, await Send(HttpMethod.Delete, token: null));
        Assert.Equal(405, await Send(HttpMethod.Delete, Token("Auditor")));
    }

    [Fact]
    public async Task A_content_that_a_route_does_not_take_is_415_for_those_with_a_token()
    {
        Assert.Equal(401, await Send(HttpMethod.Post, token: null));
        Assert.Equal(415, await Send(HttpMethod.Post, Token("Auditor")));
    }

    [Fact]
    public void Nobody_both_recommends_and_approves_or_both_applies_and_decides()
    {
        var recommenders = Permissions.RolesWith(Permissions.ApplicationsReview);

        Assert.Empty(recommenders.Intersect(Permissions.RolesWith(Permissions.ApplicationsApprove)));
        Assert.Equal(["Applicant"], Permissions.RolesWith(Permissions.ApplicationsWrite));
    }

    [Fact]
    public void Whoever_is_granted_something_may_do_it_to_all_rows_unless_it_is_the_applicant() =>
        Assert.All(Permissions.All, permission => Assert.Equal(
        Permissions.RolesWith(permission).Except(["Applicant"]), Permissions.Roles.Where(r => Permissions.GrantsAllRows(r, permission))));

    private async Task<int> Send(HttpMethod method, string? token)
    {
        using var request = new HttpRequestMessage(method, "/reviews") { Content = new StringContent("{}", Encoding.UTF8, "text/plain") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private Task<int> Get(string path, params string[] roles) => app.Status(path, $"Authorization: Bearer {Token(roles)}");

    private string Token(params string[] roles) =>
        trusted.Authority.Token(claims: c => c["roles"] = new JsonArray([.. roles.Select(r => JsonValue.Create(r))]));
}
