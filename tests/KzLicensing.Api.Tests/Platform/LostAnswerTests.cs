using System.Net;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>
/// The line to Postgres breaks at every statement of a write. Before the commit nothing has happened, and the answer says so; once the
/// commit is on its way nobody knows, and the key tells. A broken line is never an internal error.
/// </summary>
public sealed class LostAnswerTests(LostAnswerTests.FragileRegistry registry)
    : IClassFixture<LostAnswerTests.FragileRegistry>, IAsyncLifetime
{
    /// <summary>More than one piece on the way to Postgres.</summary>
    private const int Days = 1100;

    private static int points;

    /// <summary>Statements of an upload in their order.</summary>
    private static readonly string[] Statements =
    [
        "SELECT id, code, site_region", "CREATE TEMP TABLE incoming", "COPY incoming", "PGCOPY", "hashtext('readings')",
        "ensure_reading_months",
        "ANALYZE incoming", "INSERT INTO reading_days", "hashtext('reading_stamp')",
    ];

    public static TheoryData<string, bool, bool> BeforeCommit =>
        [.. from at in Statements from heard in new[] { false, true } from lastWords in new[] { false, true } select (at, heard,
            lastWords)];

    public static TheoryData<bool, bool> AtCommit => [(false, false), (false, true), (true, false), (true, true)];

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-04-05T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory, MemberData(nameof(BeforeCommit))]
    public async Task Before_the_commit_of_a_file_nothing_has_happened(string at, bool heard, bool lastWords)
    {
        var (file, key) = await File();
        registry.Line.CutAt(at, heard, lastWords);
        if (await Heard(registry.Upload(file, key: key)) is { } answer) answer.DemandProblem(503, "database-unavailable");

        Assert.Equal(Days * 24, (await Again(file, key))["accepted"].GetInt32());
    }

    /// <summary>
    /// Null for a sender who is still sending when the server gives up on the file: it may find the line closed before it hears why.
    /// </summary>
    private static async Task<Answer?> Heard(Task<Answer> upload)
    {
        try
        {
            return await upload;
        }
        catch (HttpRequestException closed) when (closed.InnerException is IOException)
        {
            return null;
        }
    }

    [Theory, MemberData(nameof(AtCommit))]
    public async Task At_the_commit_of_a_file_the_outcome_is_unknown_and_its_key_tells(bool heard, bool lastWords)
    {
        var (file, key) = await File();
        registry.Line.CutAt("append_journal", heard, lastWords);
        (await registry.Upload(file, key: key)).DemandProblem(503, "outcome-unknown");

        var again = await Again(file, key);
        Assert.Equal(Days * 24, again["accepted"].GetInt32());
        Assert.Equal(heard, again.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory, MemberData(nameof(AtCommit))]
    public async Task Every_command_that_loses_the_answer_to_its_commit_says_so(bool heard, bool lastWords)
    {
        var key = Guid.NewGuid().ToString();
        var code = $"LOST-{Interlocked.Increment(ref points)}";
        registry.Line.CutAt("append_journal", heard, lastWords);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code), key: key)).DemandProblem(503, "outcome-unknown");

        var again = (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code), key: key)).Demand(201);
        Assert.Equal(heard, again.Headers.Contains("Idempotency-Replayed"));
    }

    private async Task<(string File, string Key)> File()
    {
        var code = $"LOST-{Interlocked.Increment(ref points)}";
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code, change: p => p["from"] = "2023-01-01"))).Demand(201);
        return (Files.Readings(code, new DateOnly(2023, 1, 1), Days), Guid.NewGuid().ToString());
    }

    /// <summary>As a client does it: until somebody answers.</summary>
    private async Task<Answer> Again(string file, string key)
    {
        for (var patience = 0; patience < 20; patience++)
        {
            if (await Heard(registry.Upload(file, key: key)) is { Status: HttpStatusCode.Created } answer) return answer;
            await Task.Delay(100);
        }

        throw new TimeoutException("The upload did not succeed.");
    }

    public sealed class FragileRegistry(TestCluster cluster) : Registry(cluster), IDisposable
    {
        internal CuttingProxy Line { get; } = new();

        protected override string[] Settings => [$"--ConnectionStrings:Registry={Line.Through(AppConnectionString)}"];

        public void Dispose() => Line.Dispose();
    }
}
