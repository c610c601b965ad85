using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>A client that was written against the released contract works with the committed one.</summary>
public sealed class BreakingChangeTests
{
    /// <summary>
    /// Breaks that were decided on since the release, each as the test names it. A release empties the list and copies the contract.
    /// </summary>
    private static readonly string[] Accepted = [];

    [Fact]
    public void The_committed_contract_breaks_no_client_of_the_released_one()
    {
        var broken = BreakingChanges.Between(Contract("openapi/released/v1.json"), Contract("openapi/v1.json"));
        Assert.True(broken.Order().SequenceEqual(Accepted.Order()),
            $"Breaks that are not accepted: {string.Join("; ", broken.Except(Accepted))}. Accepted, and no break: "
                + $"{string.Join("; ", Accepted.Except(broken))}.");
    }

    public static TheoryData<string, string> Breaks => new()
    {
        { "delete paths./v1/pools.post", "accreditPool is gone" },
        { "delete paths./v1/pools.get.parameters.0", "listPools: query asOf is gone" },
        { "delete components.schemas.Pool.properties.name", "Pool as it is answered:/name is gone" },
        { "set components.schemas.Pool.properties.version.type \"string\"", "Pool as it is answered:/version may be string" },
        { "set components.schemas.Pool.required [\"id\"]", "Pool as it is answered:/name may be missing" },
        { "set components.schemas.AccreditPoolBody.properties.name.maxLength 10",
            "AccreditPoolBody as it is sent:/name has a lower maxLength" },
        { "set components.schemas.AccreditPoolBody.required [\"name\",\"country\",\"accreditedFrom\",\"act\",\"homepage\"]",
            "AccreditPoolBody as it is sent:/homepage is needed" },
        { "set components.schemas.Subtype.enum [\"I\"]", "Subtype as it is sent: takes no II" },
        { "delete paths./v1/pools.get.responses.200.content.text/csv", "listPools: answer 200 text/csv is gone" },
    };

    [Theory, MemberData(nameof(Breaks))]
    public void What_breaks_a_client_is_found(string edit, string change)
    {
        var edited = Contract("openapi/v1.json");
        Edit(edited, edit.Split(' '));

        Assert.Contains(change, BreakingChanges.Between(Contract("openapi/v1.json"), edited));
    }

    [Theory]
    [InlineData("set components.schemas.Pool.properties.motto {\"type\":\"string\"}")]
    [InlineData("set components.schemas.AccreditPoolBody.properties.motto {\"type\":\"string\"}")]
    [InlineData("set components.schemas.AccreditPoolBody.properties.name.maxLength 10000")]
    [InlineData("set paths./v1/mottos {\"get\":{\"operationId\":\"listMottos\",\"responses\":{}}}")]
    public void What_a_client_need_not_know_of_breaks_none(string edit)
    {
        var edited = Contract("openapi/v1.json");
        Edit(edited, edit.Split(' '));

        Assert.Empty(BreakingChanges.Between(Contract("openapi/v1.json"), edited));
    }

    private static JsonNode Contract(string path) => JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, path)))!;

    /// <summary><c>delete a.b</c> or <c>set a.b json</c>.</summary>
    private static void Edit(JsonNode document, string[] edit)
    {
        var path = edit[1].Split('.');
        var holder = path[..^1]
            .Aggregate(document, (node, name) => int.TryParse(name, out var n) && node is JsonArray list ? list[n]! : node[name]!);
        if (edit[0] == "set") holder[path[^1]] = JsonNode.Parse(edit[2]);
        else if (holder is JsonArray list) list.RemoveAt(int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture));
        else holder.AsObject().Remove(path[^1]);
    }
}
