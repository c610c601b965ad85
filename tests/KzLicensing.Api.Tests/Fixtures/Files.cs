using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>Requests as users write them.</summary>
internal static class Files
{
    public const string Kegoc = "970740000838", KazMunayGas = "020240000555", Kaspi = "971240001315", Halyk = "940140000385";

    /// <summary>A document as a browser sends it.</summary>
    public const string FormType = "multipart/form-data; boundary=b";

    public const string Form = "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nOther\r\n" +
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.pdf\"\r\n\r\n%PDF-1.7\n\r\n--b--\r\n";

    private static int receipts;

    /// <summary>A complete application of subtype I with a receipt of its own; <paramref name="change"/> spoils or varies it.</summary>
    public static JsonObject Application(string bin = Kegoc, decimal mw = 12.5m, string address = "Temirtau 1",
        Action<JsonObject>? change = null)
    {
        var body = JsonNode.Parse("""
            { "kind": "New", "subtype": "I", "applicantBin": "", "applicantName": "ТОО «Қазақ Майнинг»",
              "contact": { "email": "office@example.kz", "phone": "+77010000000" },
              "site": { "name": "DC-1", "region": "35", "address": "", "latitude": 49.8, "longitude": 73.1, "gridConnection": "110 kV" },
              "requestedMw": 0, "powerSources": ["GridPurchase"],
              "hardware": [ { "maker": "Bitmain", "model": "S21", "count": 100, "hashRateThs": 200.0, "powerW": 3500 } ],
              "stateFee": { "paidOn": "2026-01-01", "amountKzt": 8650000, "reference": "" } }
            """)!.AsObject();
        body["applicantBin"] = bin;
        body["requestedMw"] = mw;
        body["site"]!["address"] = address;
        body["stateFee"]!["reference"] = $"PAY-{Interlocked.Increment(ref receipts)}";
        change?.Invoke(body);
        return body;
    }

    public static JsonObject Point(string code, string payer = Kegoc, string? license = null, Action<JsonObject>? change = null)
    {
        var body = new JsonObject
        {
            ["code"] = code,
            ["siteRegion"] = "35",
            ["maximumCapacityKw"] = 12500,
            ["payerBin"] = payer,
            ["powerSource"] = "GridPurchase",
            ["meterState"] = "Working",
            ["from"] = "2026-01-01",
            ["licenseNumber"] = license,
        };
        change?.Invoke(body);
        return body;
    }

    /// <summary>Every hour of some legal days (UTC+5) at one point, with the same kWh each.</summary>
    public static string Readings(string code, DateOnly from, int days, string kwh = "10000.000")
    {
        var csv = new StringBuilder("meteringPoint,startAt,kwh,quality\n");
        var start = from.ToDateTime(TimeOnly.MinValue).AddHours(-5);
        for (var hour = 0; hour < days * 24; hour++)
            csv.Append(CultureInfo.InvariantCulture, $"{code},{start.AddHours(hour):yyyy-MM-dd'T'HH:mm:ss}Z,{kwh},Measured\n");
        return csv.ToString();
    }
}
