using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Xml;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Readings of one civil day as layout 80020 writes them: hours or half-hours of channel 01, in kWh.</summary>
internal sealed class MessageFile(PipeReader body, long latestHour, CivilTime civil) : ReadingsFile(body)
{
    private const string ActiveEnergyTaken = "01";
    private const int UtcOffsetHours = 5, MaxDepth = 5;

    /// <summary>What may stand in what. Strict, so that nothing is overlooked and names cannot fill the memory.</summary>
    private static readonly HashSet<(string Parent, string Name)> Elements =
    [
        ("", "message"), ("message", "comment"), ("message", "datetime"), ("message", "sender"), ("message", "area"),
        ("datetime", "timestamp"), ("datetime", "daylightsavingtime"), ("datetime", "day"), ("sender", "inn"), ("sender", "name"),
        ("area", "inn"), ("area", "name"), ("area", "measuringpoint"), ("measuringpoint", "measuringchannel"),
        ("measuringchannel", "period"), ("period", "value"),
    ];

    private static readonly HashSet<string> Attributes =
        ["class", "version", "number", "timezone", "code", "name", "desc", "start", "end", "status", "extendedstatus", "param1", "param2", "param3"];

    private static readonly XmlReaderSettings Settings = new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    private readonly string[] path = new string[MaxDepth + 1];
    private readonly ChannelDay channel = new();
    private DateOnly? day;
    private MeteringPlace? place;
    private bool taken;

    protected override async Task Read(ReadingDays days, MeteringPointCodes codes, CancellationToken ct)
    {
        await using var stream = new XmlBytes(Body, Append);
        using var xml = XmlReader.Create(stream, Settings);
        try
        {
            while (!Unusable && await xml.ReadAsync())
            {
                Line = ((IXmlLineInfo)xml).LineNumber;
                if (xml.NodeType == XmlNodeType.XmlDeclaration) CheckEncoding(xml);
                else if (xml.NodeType == XmlNodeType.Element) Open(xml, codes);
                else if (xml.NodeType == XmlNodeType.Text) Take(path[xml.Depth - 1], (await xml.GetValueAsync()).Trim());
                else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "measuringchannel") Close(days);
                await days.LeaveWhole();
            }
        }
        catch (XmlException malformed)
        {
            Abandon("xml-malformed", malformed.LineNumber);
        }
    }

    private void CheckEncoding(XmlReader xml)
    {
        if (xml.GetAttribute("encoding") is { } encoding && encoding.ToLowerInvariant() is not ("utf-8" or "windows-1251")) Abandon("xml-encoding-unknown");
    }

    private void Open(XmlReader xml, MeteringPointCodes codes)
    {
        var name = xml.LocalName;
        if (xml.Depth > MaxDepth) Abandon("xml-too-deep");
        else if (!Elements.Contains((xml.Depth == 0 ? "" : path[xml.Depth - 1], name)) || !AttributesAreKnown(xml)) Abandon("xml-unexpected");
        if (Unusable) return;
        path[xml.Depth] = name;
        switch (name)
        {
            case "message" when xml.GetAttribute("class") != "80020":
                Abandon("xml-not-80020");
                break;
            case "measuringpoint":
                place = codes.Find(Encoding.UTF8.GetBytes(xml.GetAttribute("code") ?? ""));
                break;
            case "measuringchannel":
                taken = xml.GetAttribute("code") == ActiveEnergyTaken;
                channel.Clear(HoursOfDay());
                break;
            case "period" when day is null:
                Abandon("xml-day-missing");
                break;
            case "period" when taken && !channel.Open(xml.GetAttribute("start"), xml.GetAttribute("end"), Line):
                Received++;
                Refuse("period-malformed");
                break;
            case "period" when !taken:
                Ignored++;
                break;
            case "value" when taken:
                channel.Qualify(xml.GetAttribute("status"));
                break;
        }
    }

    private void Take(string element, string text)
    {
        if (element == "value" && taken) channel.Add(text);
        else if (element == "day" && !ParseDay(text)) Abandon("xml-day-malformed");
    }

    private bool ParseDay(string text)
    {
        if (day is not null || !DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)) return false;
        day = parsed;
        return parsed >= PointRules.Earliest && parsed.Year < 9_999;
    }

    private int HoursOfDay() => place is null || day is not { } today ? 24 : Midnight(today.AddDays(1), place.Region) - Midnight(today, place.Region);

    private int Midnight(DateOnly day, string region) => CivilTime.HourOf(civil.StartOf(day, region));

    /// <summary>A day of the file begins when the civil day of the point's region does.</summary>
    private void Close(ReadingDays days)
    {
        if (!taken || day is not { } civilDay) return;
        var midnight = place is null ? 0 : Midnight(civilDay, place.Region);
        foreach (var hour in channel.Hours())
        {
            Received++;
            var (legalDay, legalHour) = Math.DivRem(midnight + hour.OfDay, 24);
            if (place is null) Refuse("metering-point-unknown", hour.Line);
            else if (hour.Error is { } error) Refuse(error, hour.Line);
            else if (midnight + hour.OfDay > latestHour + UtcOffsetHours) Refuse("reading-in-future", hour.Line);
            else if (!days.Add(new Reading(place.Id, legalDay, legalHour, hour.Wh, hour.Estimated), hour.Line)) Refuse("duplicate-hour", hour.Line);
        }
    }

    private static bool AttributesAreKnown(XmlReader xml)
    {
        for (var known = xml.MoveToFirstAttribute(); known; known = xml.MoveToNextAttribute())
        {
            if (Attributes.Contains(xml.LocalName) || (xml.Depth == 1 && xml.Name.StartsWith("xmlns", StringComparison.Ordinal))) continue;
            xml.MoveToElement();
            return false;
        }

        xml.MoveToElement();
        return true;
    }
}
