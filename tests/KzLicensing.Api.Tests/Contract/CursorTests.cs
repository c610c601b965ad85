using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Http;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>
/// A list goes on only from a cursor that it gave out itself: everything else is refused by one code, on every list of the document.
/// </summary>
public sealed class CursorTests(FilledRegistry registry) : IClassFixture<FilledRegistry>
{
    /// <summary>What the program once gave out for the pools, sealed by nothing secret; the key behind it is no id.</summary>
    private const string Unsealed = "ZTYYDNAoeA";

    [Fact]
    public async Task No_list_takes_a_cursor_that_it_did_not_give_out_for_this_filter()
    {
        var random = new Random(14);
        var lists = await Lists();
        var given = new Dictionary<string, string>();
        foreach (var list in lists) given[list.Path] = await Given(list);

        foreach (var list in lists)
        {
            var own = given[list.Path];
            foreach (var forged in Forged(own, random).Concat(given.Where(g => g.Key != list.Path).Select(g => g.Value)))
                await Refuses(list, "", forged);
            foreach (var filter in Filters(list)) await Refuses(list, $"&{filter}", own);
            if (list.Path.Contains("{code}", StringComparison.Ordinal))
                await Refuses(list with { At = list.At.Replace(FilledRegistry.Point, "DEMO-002", StringComparison.Ordinal) }, "", own);
        }
    }

    [Fact]
    public async Task A_list_that_is_sent_whole_takes_no_cursor()
    {
        foreach (var list in await Lists())
        {
            var own = await Given(list);
            foreach (var form in list.Operation.Forms.Where(f => f is "text/csv" or "application/x-ndjson"))
            {
                (await registry.Send(list.Persona, HttpMethod.Get, $"{list.At}&{list.Parameter}={own}", accept: form))
                    .DemandProblem(400, "cursor-invalid");
                Assert.Equal(form, (await registry.Send(list.Persona, HttpMethod.Get, list.At, accept: form)).Demand(200).ContentType);
            }
        }
    }

    [Fact]
    public void A_seal_of_our_own_over_another_kind_of_key_is_no_cursor()
    {
        var list = new Cursor(new byte[32], "list");
        Assert.Equal(7L, list.Read<long>(list.At(7L)).Value);
        Assert.Equal("cursor-invalid", list.Read<long>(list.At("seven")).Error?.Code);
        Assert.Equal("cursor-invalid", list.Read<Guid?>(list.At("")).Error?.Code);
        Assert.Equal("cursor-invalid", list.Read<DateTimeOffset?>(list.At(new { Number = 1 })).Error?.Code);
        Assert.Equal("cursor-invalid", new Cursor(new byte[32], "tsil").Read<long>(list.At(7L)).Error?.Code);
        Assert.Equal("cursor-invalid", new Cursor("another secret"u8.ToArray(), "list").Read<long>(list.At(7L)).Error?.Code);
    }

    [Fact]
    public async Task Two_processes_on_one_database_take_each_others_cursors()
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(registry.AppConnectionString);
        var other = new Cursors(source);
        await other.StartAsync(TestContext.Current.CancellationToken);
        var pools = (await registry.Get(null, "/v1/pools")).Demand(200)["items"];

        var page = (await registry.Get(null, $"/v1/pools?cursor={other.For("pools", null, null).At(pools[0].GetProperty("id").GetGuid())}"))
            .Demand(200);

        Assert.Equal(pools.GetArrayLength() - 1, page["items"].GetArrayLength());
    }

    private static IEnumerable<string> Forged(string own, Random random)
    {
        var bytes = Base64Url.DecodeFromChars(own);
        for (var i = 0; i < 16; i++)
        {
            var flipped = bytes.ToArray();
            flipped[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            yield return Base64Url.EncodeToString(flipped);
        }

        foreach (var length in new[] { own.Length - 1, own.Length - 4, 22, 21, 8, 1 }) yield return own[..length];
        foreach (var more in new[] { "A", "AAAA", "=", "%20", "%0A", own }) yield return own + more;
        foreach (var length in new[] { 1, 6, 16, 17, 40, 1_500, 3_000 })
            yield return Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(length));
        foreach (var text in new[] { Unsealed, "", "0", "nonsense", "-1", "null", "💥" }) yield return text;
        yield return Base64Url.EncodeToString([.. SHA256.HashData(bytes[16..])[..16], .. bytes[16..]]);
        yield return Base64Url.EncodeToString([.. HMACSHA256.HashData(Array.Empty<byte>(), bytes[16..])[..16], .. bytes[16..]]);
        yield return Convert.ToBase64String([.. bytes, 255, 254]);
        if (OtherSpelling(own) is { } other) yield return other;
    }

    /// <summary>The last letter may hold bits that belong to no byte.</summary>
    private static string? OtherSpelling(string own)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return own.Length % 4 == 0 ? null : own[..^1] + Letters[Letters.IndexOf(own[^1], StringComparison.Ordinal) ^ 1];
    }

    private async Task Refuses(List list, string filter, string cursor)
    {
        var answer = await registry.Get(list.Persona, $"{list.At}{filter}&{list.Parameter}={cursor}");
        var refused = answer.Status == HttpStatusCode.BadRequest && answer["code"].GetString() == "cursor-invalid";
        Assert.True(refused, $"{list.At}{filter} with {cursor}: {(int)answer.Status} {answer.Text}");
    }

    /// <summary>A cursor that the list gives out, and with which it goes on.</summary>
    private async Task<string> Given(List list)
    {
        var page = (await registry.Get(list.Persona, list.At)).Demand(200);
        Assert.True(page["nextCursor"].GetString() is not null, $"{list.At} has one page only: {page.Text}");
        var cursor = page["nextCursor"].GetString()!;
        (await registry.Get(list.Persona, $"{list.At}&{list.Parameter}={cursor}")).Demand(200);
        return cursor;
    }

    private async Task<List<List>> Lists()
    {
        var document = JsonNode.Parse((await registry.Get(null, "/openapi/v1.json")).Demand(200).Text)!;
        return [.. (await Operation.All(registry))
            .SelectMany(o => o.Query.Where(p => p is "cursor" or "after").Select(p => ListOf(o, p, document)))];
    }

    private List ListOf(Operation operation, string parameter, JsonNode document)
    {
        var persona = operation.IsPublic ? null : Operation.Personas.First(operation.Allows);
        return new List(operation.Path, $"{registry.PathOf(operation)}&limit=1", parameter, persona, operation, document);
    }

    /// <summary>Each optional filter of a list, with some value.</summary>
    private static IEnumerable<string> Filters(List list) =>
        list.Operation.Query.Where(q => q is not ("limit" or "cursor" or "after") && !list.Operation.Demands(q))
            .Select(q => $"{q}={list.Operation.Choices(q, list.Document)?[^1] ?? FilledRegistry.Sample(list.Operation, q)}");

    private sealed record List(string Path, string At, string Parameter, string? Persona, Operation Operation, JsonNode Document);
}
