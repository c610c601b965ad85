using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Registry.ByKiota;
using Registry.ByKiota.Models;

namespace Registry;

/// <summary>An application becomes a license, and its electricity an assessment that a tax system pulls.</summary>
internal static class KiotaJob
{
    private const string Bin = "970740000838", Point = "KIOTA-1";

    public static async Task Run(Uri url)
    {
        RegistryClient As(string persona) =>
            new(new HttpClientRequestAdapter(new BaseBearerTokenAuthenticationProvider(new Tokens(url, persona))) { BaseUrl =
                url.OriginalString });
        var (miner, officer, approver, grid) = (As("applicant-" + Bin), As("officer-1"), As("approver-1"), As("grid-1"));

        await miner.Sandbox.Clock.PutAsync(new SandboxClockBody { Now = DateTimeOffset.Parse("2025-12-31T20:00:00Z") });
        var application = (await miner.V1.PermitApplications.PostAsync(Draft()))!.Number!;
        await miner.V1.PermitApplications[application].Submit.PostAsync();
        await officer.V1.PermitApplications[application].StartReview.PostAsync();
        await officer.V1.PermitApplications[application].Recommend.PostAsync(new RecommendDecisionBody { Outcome = Outcome.Approve,
            Reasons = "Complete." });
        var approved = await approver.V1.PermitApplications[application].Approve.PostAsync(
            new ApproveApplicationBody { ValidFrom = new Date(2026, 1, 1), Reasons = "Agreed." }, r => r.Headers.Add("If-Match", "\"4\""));
        Sandbox.Demand(approved?.License is { Status: LicenseStatus.Active, LicensedMw: 12.5m }, "The license is not active.");

        await miner.Sandbox.Clock.PutAsync(new SandboxClockBody { Now = DateTimeOffset.Parse("2026-04-06T06:00:00Z") });
        await grid.V1.MeteringPoints.PostAsync(new CreateMeteringPointBody
        {
            Code = Point, SiteRegion = "35", MaximumCapacityKw = 12_500, PayerBin = Bin, PowerSource = PowerSource.GridPurchase,
            MeterState = MeterState.Working,
            From = new Date(2026, 1, 1), LicenseNumber = approved!.License!.Number,
        });
        var loaded = await grid.V1.Readings.PostAsync(Sandbox.Readings(Point), "text/csv");
        Sandbox.Demand(loaded?.Accepted == 2160, $"{loaded?.Accepted} hours were accepted.");
        var bought = await grid.V1.ElectricityPurchases.File.PostAsync(Sandbox.Purchases(Point));
        Sandbox.Demand(bought is { Recorded: 3, Kwh: 21_600_000m }, "Three purchases were not recorded.");

        var (assessor, issuer) = (As("tax-1"), As("tax-2"));
        var run = await assessor.V1.AssessmentRuns.PostAsync(new StartRunBody { Period = "2026-Q1", Instrument = Instrument.MiningFee,
            Bins = [Bin] });
        for (var asked = 0; run!.Status is RunStatus.Queued or RunStatus.Running && asked < 300; asked++)
        {
            await Task.Delay(100);
            run = await assessor.V1.AssessmentRuns[run.Id!.Value].GetAsync();
        }

        Sandbox.Demand(run.Status == RunStatus.Completed, $"The run is {run.Status}.");
        var drafts = await assessor.V1.Assessments.GetAsync(r => (r.QueryParameters.Period, r.QueryParameters.Bin) = ("2026-Q1", Bin));
        var draft = drafts!.Items!.Single().Id!.Value;
        var issued = await issuer.V1.Assessments[draft.ToString()].Issue.PostAsync(r => r.Headers.Add("If-Match", "\"1\""));
        Sandbox.Demand(issued is { Status: AssessmentStatus.Issued, TotalKzt: 43_200_000m }, $"{issued?.TotalKzt} KZT were assessed.");
        var feed = await assessor.V1.TaxFeed.Assessments.GetAsync(r => r.QueryParameters.Limit = 1000);
        Sandbox.Demand(feed!.Items!.Any(i => i.Assessment!.Id == draft), "The feed does not tell of the assessment.");

        var told = await As("auditor-1").V1.LicensingFeed.GetAsync(r => r.QueryParameters.Limit = 1000);
        var granted = told!.Items!.SelectMany(i => i.Facts!).OfType<LicenseIssued>().Single(f => f.Bin == Bin);
        Sandbox.Demand(granted.LicensedMw == 12.5m
            && granted.FactProp == nameof(LicenseIssued), "The feed does not tell what was granted.");
        await BeRefused(miner, approver, application);
    }

    private static async Task BeRefused(RegistryClient miner, RegistryClient approver, string approved)
    {
        try
        {
            await approver.V1.PermitApplications[approved].Approve.PostAsync(
                new ApproveApplicationBody { ValidFrom = new Date(2026, 5, 1), Reasons = "Again." }, r =>
                    r.Headers.Add("If-Match", "\"5\""));
            Sandbox.Demand(false, "It was approved twice.");
        }
        catch (Problem refused)
        {
            Sandbox.Demand(refused is { ResponseStatusCode: 409, Code: "invalid-transition", Allowed.Count: 0 }
                && refused.Message == refused.Detail,
                $"{refused.Code}: {refused.Message}");
        }

        try
        {
            var wrong = Draft();
            (wrong.ApplicantName, wrong.RequestedMw) = ("", -1);
            await miner.V1.PermitApplications.PostAsync(wrong);
            Sandbox.Demand(false, "A wrong application was taken.");
        }
        catch (Problem refused)
        {
            Sandbox.Demand(refused.Errors!.Select(e => e.Pointer).Order()
                .SequenceEqual(["/applicantName", "/requestedMw"]), refused.Message);
        }
    }

    private static ApplicationBody Draft() => new()
    {
        Kind = ApplicationKind.New, Subtype = Subtype.I, ApplicantBin = Bin, ApplicantName = "By Kiota",
        Contact = new Contact { Email = "office@example.kz", Phone = "+77010000000" },
        Site = new Site { Name = "DC-1", Region = "35", Address = "Kiota street 1", Latitude = 49.8m, Longitude = 73.1m,
            GridConnection = "110 kV" },
        RequestedMw = 12.5m, PowerSources = [PowerSource.GridPurchase],
        Hardware = [new Hardware { Maker = "Bitmain", Model = "S21", Count = 3500, HashRateThs = 200, PowerW = 3500 }],
        StateFee = new StateFeePayment { PaidOn = new Date(2026, 1, 1), AmountKzt = 8_650_000, Reference = "KIOTA-PAY-1" },
    };

    private sealed class Tokens(Uri url, string persona) : IAccessTokenProvider
    {
        private readonly Lazy<Task<string>> token = new(() => Sandbox.Token(url, persona));

        public AllowedHostsValidator AllowedHostsValidator { get; } = new();

        public Task<string> GetAuthorizationTokenAsync(Uri uri, Dictionary<string, object>? context = null,
            CancellationToken ct = default) => token.Value;
    }
}
