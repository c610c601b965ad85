using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>Checks a certificate with nothing but the published keys and the status list: no database, no network.</summary>
internal static class Verification
{
    /// <summary>Clocks of two machines differ a little.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <returns>
    /// The certificate when the license holds at that moment. Else the codes of <see cref="CompactJws.Open"/>, or <c>key-retired</c>,
    /// <c>not-yet-valid</c>, <c>expired</c>,
    /// <c>suspended</c>, <c>revoked</c>, <c>surrendered</c>, <c>superseded</c>, <c>status-list-missing</c>, <c>status-list-invalid</c>,
    /// <c>status-list-stale</c>.
    /// </returns>
    public static Result<LicenseCertificate> Verify(string certificate, KnownKeys keys, string? statusList, DateTimeOffset at)
    {
        var opened = CompactJws.Open<LicenseCertificate>(certificate, LicenseCertificate.Type, keys);
        if (opened.IsFailure) return opened.Error;
        var (license, key) = opened.Value;
        var written = CivilTime.DayOf(DateTimeOffset.FromUnixTimeSeconds(license.Iat));
        if (written > key.RetiredOn)
            return No("key-retired", $"The certificate is dated {written:yyyy-MM-dd}; its key signed until {key.RetiredOn:yyyy-MM-dd}.");
        var day = CivilTime.DayOf(at);
        if (day < license.ValidFrom) return No("not-yet-valid", $"The license begins on {license.ValidFrom:yyyy-MM-dd}.");
        if (day > license.ValidTo) return No("expired", $"The license ended on {license.ValidTo:yyyy-MM-dd}.");
        if (statusList is null)
            return No("status-list-missing", "Without a status list nobody knows whether the license is suspended or revoked.");

        var listed = CompactJws.Open<StatusList>(statusList, StatusList.Type, keys);
        if (listed.IsFailure) return No("status-list-invalid", $"The status list cannot be relied upon: {listed.Error.Detail}");
        if (listed.Value.Key.RetiredOn is not null)
            return No("status-list-invalid", "The status list cannot be relied upon: its key is retired. Fetch a new one.");
        return Refuse(license, listed.Value.Content, keys.StatusListLife, at, day) is { } refusal ? refusal : license;
    }

    private static Error? Refuse(LicenseCertificate license, StatusList list, TimeSpan life, DateTimeOffset at, DateOnly day)
    {
        var (written, until) = (DateTimeOffset.FromUnixTimeSeconds(list.Iat), DateTimeOffset.FromUnixTimeSeconds(list.Exp));
        if (until > written + life) until = written + life;
        if (at > until)
            return No("status-list-stale", $"The status list could be relied upon until {until.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.");
        if (at < written - Skew)
            return No("status-list-stale",
                $"The status list was written at {written.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, after that moment.");
        if (list.Editions.Any(e => e.Number == license.Number && e.Edition > license.Edition && e.From <= day))
            return No("superseded", $"The certificate is of edition {license.Edition}; the license was issued anew since.");
        var entry = list.Licenses.FirstOrDefault(l => l.Number == license.Number && l.From <= day && (l.Until is null || day <= l.Until));
        return entry?.Status switch
        {
            null => null,
            LicenseStatus.Suspended =>
                No("suspended", $"The license is suspended from {entry.From:yyyy-MM-dd} to {entry.Until:yyyy-MM-dd}."),
            LicenseStatus.Revoked => No("revoked", $"A court revoked the license from {entry.From:yyyy-MM-dd} on."),
            _ => No("surrendered", $"The license was surrendered from {entry.From:yyyy-MM-dd} on."),
        };
    }

    /// <summary>A verdict is told on the command line; it is none of the API's refusals.</summary>
    private static Error No(string code, string detail) => new(code, detail);
}
