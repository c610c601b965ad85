using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Xml;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Readings of one civil day as layout 80020 writes them: hours or half-hours of channel 01, in kWh.</summary>
internal sealed class MessageFile(PipeReader body, string? charset, long latestHour, CivilTime civil) : ReadingsFile(body)
{
    private const int UtcOffsetHours = 5, MaxDepth = 5, BufferSize = 1 << 13, MaxSender = 64;

    /// <summary>What may stand in what. Strict, so that nothing is overlooked and names cannot fill the memory.</summary>
    private static readonly HashSet<(string Parent, string Name)> Elements =
    [
        ("", "message"), ("message", "comment"), ("message", "datetime"), ("message", "sender"), ("message", "area"),
        ("datetime", "timestamp"), ("datetime", "daylightsavingtime"), ("datetime", "day"), ("sender", "inn"), ("sender", "name"),
        ("area", "inn"), ("area", "name"), ("area", "measuringpoint"), ("measuringpoint", "measuringchannel"),
        ("area", "accountpoint"), ("accountpoint", "measuringchannel"), ("area", "deliverypoint"), ("deliverypoint", "measuringchannel"),
        ("area", "deliverygroup"), ("deliverygroup", "period"), ("area", "peretok"), ("peretok", "period"),
        ("measuringchannel", "period"), ("period", "value"),
    ];

    /// <summary>The layout's own description spells one of them with an s, and some senders do.</summary>
    private static readonly HashSet<string> Attributes =
    [
        "class", "version", "number", "timezone", "code", "codefrom", "codeto", "name", "desc", "start", "end", "summer",
        "status", "errofmeasuring", "extendedstatus", "exstendedstatus", "param1", "param2", "param3",
    ];

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
    private string? sender;
    private long? number;
    private DateTimeOffset? writtenAt;
    private MeteringPlace? place;
    private Channel kind;

    /// <summary>What a channel measures, as far as it matters here.</summary>
    private enum Channel
    {
        Unknown,
        ActiveEnergyTaken,
        Other,
    }

    public override MessageOrder? Order =>
        number is { } its && sender is { Length: > 0 } ? new MessageOrder(sender, its, writtenAt ?? default) : null;

    protected override async Task Read(ReadingDays days, MeteringPointCodes codes, CancellationToken ct)
    {
        if (MessageEncoding.Choose(charset, await Head(ct), out var encoding) is { } wrong)
        {
            Abandon(wrong);
            return;
        }

        await using var stream = new XmlBytes(Body, Append);
        using var text = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false, BufferSize);
        using var xml = XmlReader.Create(text, Settings);
        try
        {
            while (!Unusable && await xml.ReadAsync())
            {
                Line = ((IXmlLineInfo)xml).LineNumber;
                if (xml.NodeType == XmlNodeType.Element) Open(xml, codes);
                else if (xml.NodeType == XmlNodeType.Text)
                    Take(xml.Depth > 1 ? path[xml.Depth - 2] : "", path[xml.Depth - 1], (await xml.GetValueAsync()).Trim());
                else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "measuringchannel") Close(days);
                await days.LeaveWhole();
            }
        }
        catch (XmlException malformed)
        {
            Abandon("xml-malformed", malformed.LineNumber);
        }
        catch (DecoderFallbackException)
        {
            Abandon("xml-encoding-broken");
        }
    }

    /// <summary>The first bytes; they stay where they are.</summary>
    private async Task<byte[]> Head(CancellationToken ct)
    {
        var read = await Body.ReadAtLeastAsync(MessageEncoding.HeadBytes, ct);
        var head = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, MessageEncoding.HeadBytes)).ToArray();
        Body.AdvanceTo(read.Buffer.Start);
        return head;
    }

    private void Open(XmlReader xml, MeteringPointCodes codes)
    {
        var name = xml.LocalName;
        if (xml.Depth > MaxDepth) Abandon("xml-too-deep");
        else if (!Elements.Contains((xml.Depth == 0 ? "" : path[xml.Depth - 1], name)) || !AttributesAreKnown(xml))
            Abandon("xml-unexpected");
        if (Unusable) return;
        path[xml.Depth] = name;
        switch (name)
        {
            case "message" when xml.GetAttribute("class") != "80020":
                Abandon("xml-not-80020");
                break;
            case "message" when !ParseNumber(xml.GetAttribute("number")):
                Abandon("xml-number-malformed");
                break;
            case "measuringpoint":
                place = codes.Find(Encoding.UTF8.GetBytes(xml.GetAttribute("code") ?? ""));
                break;
            case "accountpoint" or "deliverypoint" or "deliverygroup" or "peretok":
                kind = Channel.Other;
                break;
            case "measuringchannel" when path[xml.Depth - 1] == "measuringpoint":
                kind = ChannelOf(xml.GetAttribute("code"));
                channel.Clear(HoursOfDay());
                break;
            case "period" when day is null:
                Abandon("xml-day-missing");
                break;
            case "period" when kind is Channel.Other:
                Ignored++;
                break;
            case "period" when kind is Channel.Unknown:
                Received++;
                Refuse("channel-unknown");
                break;
            case "period":
                OpenPeriod(xml);
                break;
            case "value" when kind is Channel.ActiveEnergyTaken:
                channel.Qualify(xml.GetAttribute("status"));
                break;
        }
    }

    /// <summary>Active and reactive energy, taken in and given out.</summary>
    private static Channel ChannelOf(string? code) => code switch
    {
        "01" or "1" => Channel.ActiveEnergyTaken,
        "02" or "03" or "04" or "2" or "3" or "4" => Channel.Other,
        _ => Channel.Unknown,
    };

    private void OpenPeriod(XmlReader xml)
    {
        if (!channel.Open(xml.GetAttribute("start"), xml.GetAttribute("end"), summer: xml.GetAttribute("summer") == "1", Line))
        {
            Received++;
            Refuse("period-malformed");
        }
        else if (xml.GetAttribute("status") is not (null or "0"))
        {
            channel.Miss();
        }
    }

    private void Take(string parent, string element, string text)
    {
        if (element == "value" && kind is Channel.ActiveEnergyTaken) channel.Add(text);
        else if (element == "day" && TakeDay(text) is { } wrong) Abandon(wrong);
        else if (element == "timestamp" && !ParseTimestamp(text)) Abandon("xml-timestamp-malformed");
        else if (parent == "sender" && element == "inn" && !TakeSender(text)) Abandon("xml-sender-malformed");
    }

    /// <summary>A message need not have one, but what it has must be one: the order of messages hangs on it.</summary>
    private bool ParseNumber(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return true;
        var parsed = long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var its);
        number = its;
        return parsed;
    }

    private bool ParseTimestamp(string text)
    {
        if (writtenAt is not null) return false;
        var parsed =
            DateTimeOffset.TryParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at);
        writtenAt = at;
        return parsed;
    }

    /// <summary>A message has one sender: of two, nobody could say whose order it stands in.</summary>
    private bool TakeSender(string text)
    {
        if (sender is not null) return false;
        sender = text;
        return text.Length <= MaxSender;
    }

    /// <returns>Null when it is the one day of the message; else the code of what is wrong with it.</returns>
    private string? TakeDay(string text)
    {
        if (day is not null || !DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var its))
            return "xml-day-malformed";
        day = its;
        return its < PointRules.Earliest || its.Year == 9_999 ? "out-of-range" : null;
    }

    private int HoursOfDay() =>
        place is null || day is not { } today ? 24 : Midnight(today.AddDays(1), place.Region) - Midnight(today, place.Region);

    private int Midnight(DateOnly day, string region) => CivilTime.HourOf(civil.StartOf(day, region));

    /// <summary>A day of the file begins when the civil day of the point's region does.</summary>
    private void Close(ReadingDays days)
    {
        if (kind is not Channel.ActiveEnergyTaken || day is not { } civilDay) return;
        var midnight = place is null ? 0 : Midnight(civilDay, place.Region);
        foreach (var hour in channel.Hours())
        {
            Received++;
            var (legalDay, legalHour) = Math.DivRem(midnight + hour.OfDay, 24);
            if (place is null) Refuse("metering-point-unknown", hour.Line);
            else if (hour.Error is { } error) Refuse(error, hour.Line);
            else if (midnight + hour.OfDay > latestHour + UtcOffsetHours) Refuse("reading-in-future", hour.Line);
            else if (hour.Wh == Reading.Unknown) Gaps++;
            else if (!days.Add(new Reading(place.Id, legalDay, legalHour, hour.Wh, hour.Estimated), hour.Line))
                Refuse("duplicate-hour", hour.Line);
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
