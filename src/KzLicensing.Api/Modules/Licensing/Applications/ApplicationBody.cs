using FluentValidation;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>What an applicant writes into an application.</summary>
internal sealed record ApplicationBody(
    ApplicationKind Kind,
    Subtype Subtype,
    Bin ApplicantBin,
    string ApplicantName,
    Contact Contact,
    Site Site,
    decimal RequestedMw,
    IReadOnlyList<PowerSource> PowerSources,
    decimal PlannedInvestmentKzt = 0,
    int PlannedJobs = 0,
    IReadOnlyList<Hardware>? Hardware = null,
    StateFeePayment? StateFee = null,
    string? PreviousLicenseNumber = null)
{
    /// <summary>Power is licensed in whole kilowatts.</summary>
    public int RequestedKw() => (int)(RequestedMw * 1000);
}

internal sealed record Contact(string Email, string Phone);

/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
internal sealed record Site(
    string Name, string Region, string Address, decimal? Latitude = null, decimal? Longitude = null,
    string GridConnection = "", string? HostLicenseNumber = null);

internal sealed record Hardware(string Maker, string Model, int Count, decimal HashRateThs, decimal PowerW);

internal sealed record StateFeePayment(DateOnly PaidOn, decimal AmountKzt, string Reference);

internal sealed class ApplicationBodyValidator : AbstractValidator<ApplicationBody>
{
    private const decimal MaxMw = 10_000;

    public ApplicationBodyValidator()
    {
        RuleFor(b => b.ApplicantName).NotEmpty().MaximumLength(300);
        RuleFor(b => b.Contact.Email).NotEmpty().MaximumLength(254).EmailAddress();
        RuleFor(b => b.Contact.Phone).NotEmpty().MaximumLength(40);
        RuleFor(b => b.Site.Name).NotEmpty().MaximumLength(300);
        RuleFor(b => b.Site.Region).Matches(Patterns.Region);
        RuleFor(b => b.Site.Address).NotEmpty().MaximumLength(500);
        RuleFor(b => b.Site.GridConnection).MaximumLength(500);
        RuleFor(b => b.Site.Latitude).InclusiveBetween(40, 56).PrecisionScale(9, 6, true);
        RuleFor(b => b.Site.Longitude).InclusiveBetween(46, 88).PrecisionScale(9, 6, true);
        RuleFor(b => b.RequestedMw).GreaterThan(0).LessThanOrEqualTo(MaxMw).PrecisionScale(8, 3, true);
        RuleFor(b => b.PowerSources).NotEmpty().NoneTwice();
        RuleFor(b => b.PlannedInvestmentKzt).GreaterThanOrEqualTo(0).PrecisionScale(20, 2, true);
        RuleFor(b => b.PlannedJobs).InclusiveBetween(0, 1_000_000);
        RuleFor(b => b.Hardware).AtMost(1000);
        RuleFor(b => b.Hardware).Each(unit =>
        {
            unit.RuleFor(h => h.Maker).NotEmpty().MaximumLength(100);
            unit.RuleFor(h => h.Model).NotEmpty().MaximumLength(100);
            unit.RuleFor(h => h.Count).InclusiveBetween(1, 10_000_000);
            unit.RuleFor(h => h.HashRateThs).GreaterThan(0).LessThan(1_000_000).PrecisionScale(9, 3, true);
            unit.RuleFor(h => h.PowerW).GreaterThan(0).LessThan(10_000_000).PrecisionScale(10, 3, true);
        });
        RuleFor(b => b.StateFee!.AmountKzt).GreaterThan(0).PrecisionScale(14, 2, true).When(b => b.StateFee is not null);
        RuleFor(b => b.StateFee!.Reference).NotEmpty().MaximumLength(100).When(b => b.StateFee is not null);
        RuleFor(b => b.Site.HostLicenseNumber).NotEmpty().MaximumLength(40).When(b => b.Subtype is Subtype.II);
        RuleFor(b => b.Site.HostLicenseNumber).Null().When(b => b.Subtype is Subtype.I);
        RuleFor(b => b.PreviousLicenseNumber).Null().When(b => b.Kind is ApplicationKind.New);
        RuleFor(b => b.PreviousLicenseNumber).NotEmpty().MaximumLength(40).When(b => b.Kind is not ApplicationKind.New);
    }
}
