using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>A refusal speaks one language: that of the caller, with members, values and codes as the JSON writes them.</summary>
public sealed partial class LanguageTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>Readable, and wrong in every way that a validator knows.</summary>
    private static readonly JsonObject Invalid = Files.Application(change: b =>
    {
        b["applicantName"] = new string('x', 301);
        b["contact"] = new JsonObject { ["email"] = "nobody", ["phone"] = "" };
        b["site"]!["region"] = "Abai";
        b["site"]!["latitude"] = 91.1234567m;
        b["requestedMw"] = -0.0001m;
        b["plannedInvestmentKzt"] = -1;
        b["plannedJobs"] = -1;
        b["powerSources"] = new JsonArray("GridPurchase", "GridPurchase");
        b["previousLicenseNumber"] = "none";
        b["hardware"] =
            new JsonArray(new JsonObject { ["maker"] = "", ["model"] = "S19", ["count"] = 0, ["hashRateThs"] = 1_000_000, ["powerW"] = 1 });
    });

    /// <summary>Of every kind that cannot be read.</summary>
    private static readonly JsonObject Unreadable = Files.Application(change: b =>
    {
        b["kind"] = "Old";
        b["applicantBin"] = "980140000011";
        b["applicantName"] = "hidden\u200bspace";
        b["contact"] = "nobody@example.kz";
        b["site"]!["name"] = null;
        b["site"]!["latitude"] = "north";
        b["site"]!["owner"] = "nobody";
        b["requestedMw"] = 1e20;
        b["powerSources"] = "Grid";
        b["plannedJobs"] = 1.5;
        b["stateFee"] = new JsonObject { ["paidOn"] = "yesterday", ["amountKzt"] = true };
    });

    [Theory]
    [InlineData("ru")]
    [InlineData("kk")]
    [InlineData("en")]
    public async Task What_is_wrong_with_a_body_is_told_in_one_language(string language)
    {
        var invalid = await Refused(Invalid, language);
        string[] ofValidators =
            ["maximum-length", "email", "not-empty", "regular-expression", "inclusive-between", "scale-precision", "greater-than",
            "greater-than-or-equal", "less-than", "null", "duplicate-item"];
        Assert.Superset(ofValidators.ToHashSet(), invalid.Problems.Select(p => p.Code).ToHashSet());

        var unreadable = await Refused(Unreadable, language);
        string[] ofReading = ["unknown-value", "bin-check-digit", "invisible-character", "wrong-type", "null-not-allowed", "unknown-field",
            "number-out-of-range", "missing-field"];
        Assert.Superset(ofReading.ToHashSet(), unreadable.Problems.Select(p => p.Code).ToHashSet());

        foreach (var answer in new[] { invalid, unreadable })
        {
            Assert.All(Spoken(answer), said =>
            {
                if (language == "en") Assert.DoesNotMatch(Cyrillic(), said);
                else Assert.Matches(Cyrillic(), said);
                if (language != "en") Assert.DoesNotMatch(LatinSentence(), Lists().Replace(said, ""));
            });
        }
    }

    [Theory]
    [InlineData("en", "'site.latitude' must be between 40 and 56. You entered 91.1234567.")]
    [InlineData("kk", "'requestedMw' '0' мәнінен үлкен болуы керек.")]
    [InlineData("ru", "'site.latitude' должно быть в диапазоне от 40 до 56. Введенное значение: 91.1234567.")]
    [InlineData("kk", "'site.latitude' 40 және 56 аралығында болуы керек. Енгізілген мән: 91.1234567.")]
    public async Task Messages_name_members_as_the_JSON_does(string language, string message) =>
        Assert.Contains(message, Spoken(await Refused(Invalid, language)));

    [Theory]
    [InlineData("en", "2026-07-01T09:00:00Z")]
    [InlineData("ru", "2026-07-01T09:00:00Z")]
    public async Task Values_stand_in_messages_as_the_JSON_writes_them(string language, string instant)
    {
        var body = new { kind = "Gap", startAt = instant, endAt = instant, reason = "Read." };
        var answer =
            await registry.Send("inspector-1", HttpMethod.Post, "/v1/metering-points/P-1/findings/acknowledge", body, language: language);
        answer.DemandProblem(400, "invalid-input");
        Assert.Contains(Spoken(answer), said => said.Contains($"'{instant}'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_at_all_is_told_of_in_the_callers_language()
    {
        var answer = await registry.Send($"applicant-{Files.Kegoc}", HttpMethod.Post, "/v1/permit-applications", "{", language: "kk");
        answer.DemandProblem(400, "malformed-json");
        Assert.All(Spoken(answer), said => Assert.Matches(Cyrillic(), said));
    }

    private async Task<Answer> Refused(JsonObject body, string language)
    {
        var answer = await registry.Send($"applicant-{Files.Kegoc}", HttpMethod.Post, "/v1/permit-applications", body, language: language);
        return answer.DemandProblem(400, "invalid-input");
    }

    private static IEnumerable<string> Spoken(Answer answer) =>
        answer["errors"].EnumerateArray().Select(e => e.GetProperty("message").GetString()!)
            .Concat(new[] { "title", "detail", "advice" }.Select(name => answer[name].GetString()!));

    [GeneratedRegex("[а-яёәғқңөұүһі]", RegexOptions.IgnoreCase)]
    private static partial Regex Cyrillic();

    [GeneratedRegex("[A-Za-z]{2,} [A-Za-z]{2,}")]
    private static partial Regex LatinSentence();

    /// <summary>Names of members and values, one after the other.</summary>
    [GeneratedRegex(@"\w+(?:, \w+)+")]
    private static partial Regex Lists();
}
