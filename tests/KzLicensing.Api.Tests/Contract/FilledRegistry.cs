using System.Text;
using KzLicensing.Api.Tests.Fixtures;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>A registry in which every list has more than one item, and every path leads to something.</summary>
public class FilledRegistry(TestCluster cluster) : Registry(cluster)
{
    /// <summary>A metering point with gaps.</summary>
    public const string Point = "FILLED-1";

    private const string Owner = "applicant-" + Files.Kegoc;

    /// <summary>An operation's path with what is there; an operation that is not named takes what its places are called.</summary>
    private readonly Dictionary<string, string> places = new()
    {
        ["{code}"] = Point,
        ["errors/{code}"] = "stale-version",
        ["{id}"] = $"{Guid.Empty}",
        ["{key}"] = "known-key",
        ["{table}"] = "regions",
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await LoadDemo();
        await MoveClock("2026-07-01T06:00:00Z");
        places["{number}"] = await FillLicense();
        places["permit-applications/{id}"] = await FillQueue();
        places["{documentId}"] = await FillDocuments(places["permit-applications/{id}"]);
        places["tariffs/{id}"] = (await Get("tax-1", "/v1/tariffs")).Demand(200)["items"][0].GetProperty("id").GetString()!;
        places["pools/{id}"] = await FillPools();
        places["electricity-purchases/{id}"] = (await Get("tax-1", "/v1/electricity-purchases?limit=1")).Demand(200)["items"][0]
            .GetProperty("id").GetString()!;
        places["reading-batches/{id}"] = await FillReadings();
        (places["assessment-runs/{id}"], places["assessments/{id}"]) = await FillAssessments();
    }

    /// <summary>The path of an operation to something that is there, with the query that it demands.</summary>
    internal string PathOf(Operation operation)
    {
        var path = operation.Path;
        foreach (var (place, value) in places.OrderByDescending(p => p.Key.Length))
            path = path.Replace(place, place.Contains('/', StringComparison.Ordinal)
                ? place[..place.IndexOf('{', StringComparison.Ordinal)] + value : value, StringComparison.Ordinal);
        return $"{path}?{string.Join('&', operation.Questions.Select(q => $"{q}={Sample(operation, q)}"))}";
    }

    /// <summary>Something that a query parameter may be.</summary>
    internal static string Sample(Operation operation, string parameter) => parameter switch
    {
        _ when operation.IsInstant(parameter) => "2026-06-30T00:00:00Z",
        "bin" or "payer" => Files.Halyk,
        "period" => "2026-Q2",
        "month" => "2026-02",
        "from" => "2026-04-01",
        "to" => "2026-06-01",
        "on" or "asOf" => "2026-05-05",
        "scope" => "region:55",
        "open" or "overdue" or "unassigned" => "false",
        "instrument" => "MiningFee",
        _ => "55",
    };

    private async Task<string> FillLicense()
    {
        var license = await this.Licensed("2026-07-01");
        var units =
            new[] { "A-1", "A-2" }.Select(serial => new { maker = "Bitmain", model = "S21", serial, hashRateThs = 200, powerW = 3500 });
        (await Post(Owner, $"/v1/licenses/{license}/hardware", new { from = "2026-07-01", units })).Demand(200);
        return license;
    }

    private async Task<string> FillQueue()
    {
        await this.Recommended(Files.Application(address: "Waiting 1"));
        await this.Recommended(Files.Application(address: "Waiting 2"));
        var submitted = await this.Submitted(Files.Application(address: "Submitted"));
        (await Post("officer-1", $"/v1/permit-applications/{submitted}/start-review", key: places["{key}"])).Demand(200);
        return await this.Draft(Files.Application(address: "Draft"));
    }

    private async Task<string> FillDocuments(string draft)
    {
        var path = $"/v1/permit-applications/{draft}/documents";
        await SendBytes(Owner, path, Form("first"), "multipart/form-data; boundary=b");
        return (await SendBytes(Owner, path, Form("second"), "multipart/form-data; boundary=b")).Demand(201)["id"].GetString()!;
    }

    private static byte[] Form(string content) => Encoding.ASCII.GetBytes(
        "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nOther\r\n" +
        $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 {content}\r\n--b--\r\n");

    private async Task<string> FillPools()
    {
        async Task<string> Accredit(string name) =>
            (await Post("approver-1", "/v1/pools", new { name, country = "KZ", accreditedFrom = "2026-01-01", act = "No. 12" }))
                .Demand(201)["id"].GetString()!;
        await Accredit("First");
        return await Accredit("Second");
    }

    private async Task<string> FillReadings()
    {
        (await Post("grid-1", "/v1/metering-points", Files.Point(Point))).Demand(201);
        (await Upload(Files.Readings(Point, new DateOnly(2026, 4, 10), 3))).Demand(201);
        (await Upload(Files.Readings(Point, new DateOnly(2026, 5, 10), 3))).Demand(201);
        (await Post("grid-1", $"/v1/metering-points/{Point}/facts", new { from = "2026-08-01", maximumCapacityKw = 12000 })).Demand(201);
        var lines = "meteringPoint,startAt,kwh,quality\nNONE-1,2026-01-01T00:00:00Z,1,Measured\nNONE-2,2026-01-01T00:00:00Z,1,Measured\n";
        return (await Upload(lines, "partial")).Demand(201)["batchId"].GetString()!;
    }

    private async Task<(string Run, string Assessment)> FillAssessments()
    {
        var run = await this.Run("2026-Q1");
        foreach (var draft in await this.Assessments("period=2026-Q1"))
            await Post("tax-2", $"/v1/assessments/{draft.GetProperty("id").GetString()}/issue", ifMatch: "\"1\"");
        var issued = (await this.Assessments("status=Issued"))[0];
        return (run["id"].GetString()!, issued.GetProperty("id").GetString()!);
    }
}
