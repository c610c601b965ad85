using System.Text.Json;
using System.Text.Json.Serialization;
using Registry.ByNSwag;

namespace Registry
{
    /// <summary>An application becomes a license, and its electricity an assessment that a tax system pulls.</summary>
    internal static class NSwagJob
    {
        private const string Bin = "020240000555", Point = "NSWAG-1", Seen = "\"1\"";

        public static async Task Run(Uri url)
        {
            async Task<RegistryClient> As(string persona) => new(await Sandbox.As(url, persona));
            var (miner, officer, approver, grid) =
                (await As("applicant-" + Bin), await As("officer-1"), await As("approver-1"), await As("grid-1"));

            await miner.MoveClockAsync(new SandboxClockBody { Now = DateTimeOffset.Parse("2025-12-31T20:00:00Z") });
            var application = (await miner.CreateApplicationAsync(Draft())).Number;
            await miner.SubmitApplicationAsync(application);
            await officer.StartReviewAsync(application);
            await officer.RecommendDecisionAsync(application,
                new RecommendDecisionBody { Outcome = Outcome.Approve, Reasons = "Complete." });
            var approved = await approver.ApproveApplicationAsync(
                application, "\"4\"",
                new ApproveApplicationBody { ValidFrom = new DateOnly(2026, 1, 1), Reasons = "Agreed.", Conditions = [] });
            Sandbox.Demand(approved.License is { Status: LicenseStatus.Active, LicensedMw: 12.5m }, "The license is not active.");

            await miner.MoveClockAsync(new SandboxClockBody { Now = DateTimeOffset.Parse("2026-04-06T06:00:00Z") });
            await grid.CreateMeteringPointAsync(new CreateMeteringPointBody
            {
                Code = Point, SiteRegion = "35", MaximumCapacityKw = 12_500, PayerBin = Bin, PowerSource = PowerSource.GridPurchase,
                MeterState = MeterState.Working,
                From = new DateOnly(2026, 1, 1), LicenseNumber = approved.License.Number,
            });
            var loaded = await grid.UploadReadingsAsync(new FileParameter(Sandbox.Readings(Point), "readings.csv", "text/csv"));
            Sandbox.Demand(loaded.Accepted == 2160, $"{loaded.Accepted} hours were accepted.");
            var bought = await grid.LoadPurchasesAsync(Sandbox.Purchases(Point));
            Sandbox.Demand(bought is { Recorded: 3, Kwh: 21_600_000m }, "Three purchases were not recorded.");

            var (assessor, issuer) = (await As("tax-1"), await As("tax-2"));
            var run = await assessor.StartRunAsync(new StartRunBody { Period = "2026-Q1", Instrument = Instrument.MiningFee,
                Bins = [Bin] });
            for (var asked = 0; run.Status is RunStatus.Queued or RunStatus.Running && asked < 300; asked++)
            {
                await Task.Delay(100);
                run = await assessor.GetRunAsync(run.Id);
            }

            Sandbox.Demand(run.Status == RunStatus.Completed, $"The run is {run.Status}.");
            var draft = (await assessor.ListAssessmentsAsync(period: "2026-Q1", bin: Bin)).Items.Single();
            var issued = await issuer.IssueAssessmentAsync($"{draft.Id}", Seen);
            Sandbox.Demand(issued is { Status: AssessmentStatus.Issued, TotalKzt: 43_200_000m }, $"{issued.TotalKzt} KZT were assessed.");
            var feed = await assessor.GetTaxFeedAsync(limit: 1000);
            Sandbox.Demand(feed.Items.Any(i => i.Assessment.Id == draft.Id), "The feed does not tell of the assessment.");

            await ReadFacts(await As("auditor-1"), approved.License.Number);
            await BeRefused(miner, approver, application);
        }

        /// <summary>It knows no alternatives: a fact comes as what all facts have, and its kind is read from the rest.</summary>
        private static async Task ReadFacts(RegistryClient auditor, string license)
        {
            var facts = (await auditor.GetLicensingFeedAsync(limit: 1000)).Items.SelectMany(i => i.Facts);
            var granted = facts.Single(f => f.Subject == "license:" + license);
            var issued = JsonSerializer.SerializeToElement(granted).Deserialize<LicenseIssued>()!;
            Sandbox.Demand(issued.Bin == Bin && issued.LicensedMw == 12.5m, "The feed does not tell what was granted.");
        }

        private static async Task BeRefused(RegistryClient miner, RegistryClient approver, string approved)
        {
            try
            {
                await approver.ApproveApplicationAsync(approved, "\"5\"",
                    new ApproveApplicationBody { ValidFrom = new DateOnly(2026, 5, 1), Reasons = "Again.", Conditions = [] });
                Sandbox.Demand(false, "It was approved twice.");
            }
            catch (ApiException<Problem> refused)
            {
                Sandbox.Demand(refused.StatusCode == 409
                    && refused.Result is { Code: "invalid-transition", Allowed.Count: 0 }, refused.Message);
            }

            try
            {
                var wrong = Draft();
                wrong.ApplicantName = "";
                wrong.RequestedMw = -1;
                await miner.CreateApplicationAsync(wrong);
                Sandbox.Demand(false, "A wrong application was taken.");
            }
            catch (ApiException<Problem> refused)
            {
                Sandbox.Demand(refused.Result.Errors.Select(e => e.Pointer).Order()
                    .SequenceEqual(["/applicantName", "/requestedMw"]), refused.Message);
            }
        }

        private static ApplicationBody Draft() => new()
        {
            Kind = ApplicationKind.New, Subtype = Subtype.I, ApplicantBin = Bin, ApplicantName = "By NSwag",
            Contact = new Contact { Email = "office@example.kz", Phone = "+77010000000" },
            Site = new Site { Name = "DC-1", Region = "35", Address = "NSwag street 1", Latitude = 49.8m, Longitude = 73.1m,
                GridConnection = "110 kV" },
            RequestedMw = 12.5m, PowerSources = [PowerSource.GridPurchase], PlannedInvestmentKzt = 0, PlannedJobs = 0,
            Hardware = [new Hardware { Maker = "Bitmain", Model = "S21", Count = 3500, HashRateThs = 200, PowerW = 3500 }],
            StateFee = new StateFeePayment { PaidOn = new DateOnly(2026, 1, 1), AmountKzt = 8_650_000, Reference = "NSWAG-PAY-1" },
        };
    }
}

namespace Registry.ByNSwag
{
    public partial class RegistryClient
    {
        /// <summary>Enumerations are words in lists as well, and what is not given is not sent.</summary>
        static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings)
        {
            settings.Converters.Add(new JsonStringEnumConverter());
            settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        }
    }
}
