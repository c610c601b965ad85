using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Audit;

/// <summary>What was signed outside the database is not signed away: neither a rewritten journal nor a lost file goes unnoticed.</summary>
public sealed class CheckpointTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Key = "a-key-of-more-than-thirty-two-characters";

    // The chain is built anew from entry 3 on, as somebody with all rights would.
    private const string Rewrite = """
        ALTER TABLE journal_entries DISABLE TRIGGER ALL;
        UPDATE journal_entries SET actor = 'somebody' WHERE number = 3;
        DO $$
        DECLARE e journal_entries; last bytea := (SELECT hash FROM journal_entries WHERE number = 2);
        BEGIN
            FOR e IN SELECT * FROM journal_entries WHERE number > 2 ORDER BY number LOOP
                last := journal_hash(last, e.number, e.at, e.actor, e.action, e.subject, e.entry);
                UPDATE journal_entries SET hash = last WHERE number = e.number;
            END LOOP;
            UPDATE journal_head SET hash = last;
        END $$;
        SELECT 1
        """;

    private const string CutTail = """
        ALTER TABLE journal_entries DISABLE TRIGGER ALL;
        DELETE FROM journal_entries WHERE number > 2;
        UPDATE journal_head SET number = 2, hash = (SELECT hash FROM journal_entries WHERE number = 2);
        SELECT 1
        """;

    private readonly string file = Path.Combine(Path.GetTempPath(), $"checkpoints-{Guid.NewGuid():N}");
    private SignedRegistry registry = null!;
    private CheckpointHealth health = null!;
    private NpgsqlDataSource source = null!;
    private CheckpointWriter writer = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        registry = new SignedRegistry(cluster, file);
        await registry.InitializeAsync();
        await registry.MoveClock("2026-03-02T06:00:00Z");
        var checkpoints = new Checkpoints(new JournalOptions { CheckpointFile = file, CheckpointKey = Key });
        source = NpgsqlDataSource.Create(registry.AppConnectionString);
        health = new CheckpointHealth(checkpoints);
        writer = new CheckpointWriter(checkpoints, health, source, TimeProvider.System, NullLogger<CheckpointWriter>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        health.Dispose();
        writer.Dispose();
        await source.DisposeAsync();
        await registry.DisposeAsync();
        File.Delete(file);
    }

    [Fact]
    public async Task What_moved_is_signed_once()
    {
        await registry.Recommended();
        await writer.Sign(Ct);
        await writer.Sign(Ct);
        await registry.Draft();
        await writer.Sign(Ct);

        Assert.Equal(["4", "5"], Lines().Select(l => l.Split(' ')[0]));
        Assert.Equal((true, 5L, null), await Verified());
    }

    [Theory]
    [InlineData(Rewrite, 4L, "differs")]
    [InlineData(CutTail, 4L, "shorter")]
    public async Task A_journal_that_was_changed_is_not_signed_and_stays_reported(string change, long firstBad, string problem)
    {
        await registry.Recommended();
        await writer.Sign(Ct);
        await registry.Sql<int>(change);
        var signed = Lines();

        await writer.Sign(Ct);
        await registry.Draft();
        await writer.Sign(Ct);

        Assert.Equal(signed, Lines());
        Assert.NotNull(health.Trouble);
        var verified = (await registry.Get("auditor-1", "/v1/audit/verification")).Demand(200);
        Assert.Equal((false, firstBad), (verified["intact"].GetBoolean(), verified["firstBadEntry"].GetInt64()));
        Assert.Contains(problem, verified["problem"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_earlier_checkpoint_counts_as_much_as_the_newest()
    {
        await registry.Recommended();
        await writer.Sign(Ct);
        var first = Lines();
        await registry.Sql<int>(Rewrite);
        File.Delete(file);
        await File.WriteAllTextAsync(file, "", Ct);
        await registry.Draft();
        await writer.Sign(Ct);
        await File.WriteAllLinesAsync(file, first.Concat(Lines()), Ct);

        Assert.Equal((false, 5L), (await Verified()) is var v ? (v.Intact, v.Checkpoint) : default);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("half a line")]
    [InlineData("no signature")]
    [InlineData("not the last line")]
    [InlineData("no end of line")]
    [InlineData("an earlier line once more")]
    public async Task A_file_that_is_gone_or_damaged_is_said_and_never_begun_anew(string damage)
    {
        await registry.Recommended();
        await writer.Sign(Ct);
        await registry.Draft();
        await writer.Sign(Ct);
        var text = await File.ReadAllTextAsync(file, Ct);
        if (damage == "gone") File.Delete(file);
        else await File.WriteAllTextAsync(file, Damaged(text, damage), Ct);

        await registry.Draft();
        await writer.Sign(Ct);

        var (intact, _, problem) = await Verified();
        Assert.False(intact);
        Assert.Contains("checkpoint file", problem, StringComparison.Ordinal);
        if (damage == "gone") Assert.False(File.Exists(file));
        if (damage != "not the last line") Assert.Contains("checkpoint file", health.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_and_metrics_say_that_nothing_is_signed()
    {
        await registry.Recommended();
        File.Delete(file);
        await registry.Minute();

        var ready = (await registry.Get(null, "/health/ready")).Demand(200);
        Assert.Equal("The configured checkpoint file is gone.", ready["journal"].GetString());
        Assert.Matches("journal_checkpoint_refused.* 1 ", (await registry.Get(null, "/metrics")).Text);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_for_a_while_is_tried_again()
    {
        await registry.Recommended();
        var aside = Directory.CreateTempSubdirectory().FullName;
        var checkpoints = new Checkpoints(new JournalOptions { CheckpointFile = Path.Combine(aside, "checkpoints"), CheckpointKey = Key });
        checkpoints.Begin();
        using var signer = new CheckpointWriter(checkpoints, health, source, TimeProvider.System, NullLogger<CheckpointWriter>.Instance);
        await using (new FileStream(Path.Combine(aside, "checkpoints"), FileMode.Open, FileAccess.ReadWrite,
            FileShare.None)) await signer.Sign(Ct);
        Assert.Null(checkpoints.Newest());

        await signer.Sign(Ct);

        Assert.Equal(4, checkpoints.Newest()!.Number);
        Directory.Delete(aside, recursive: true);
    }

    [Fact]
    public async Task A_folder_that_is_gone_before_the_first_entry_does_not_end_the_program()
    {
        var checkpoints = new Checkpoints(new JournalOptions
        {
            CheckpointFile =
            Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}", "checkpoints"),
            CheckpointKey = Key
        });
        using var signer = new CheckpointWriter(checkpoints, health, source, TimeProvider.System, NullLogger<CheckpointWriter>.Instance);

        await signer.Sign(Ct);

        Assert.False(checkpoints.Exists);
    }

    [Theory]
    [InlineData("/nowhere/at/all", Key, "Journal__CheckpointFile")]
    [InlineData("checkpoints", "short", "Journal__CheckpointKey")]
    [InlineData("checkpoints", null, "Journal__CheckpointKey")]
    public async Task The_program_does_not_start_without_a_file_it_can_write_and_a_key(string file, string? key, string setting)
    {
        var refused = new SignedRegistry(cluster, file, key);

        var why = await Assert.ThrowsAsync<InvalidOperationException>(async () => await refused.InitializeAsync());

        Assert.Contains(setting, why.Message, StringComparison.Ordinal);
    }

    private string[] Lines() => File.ReadAllLines(file);

    private static string Damaged(string text, string damage) => damage switch
    {
        "half a line" => text[..^40],
        "no signature" => $"{text}7 {new string('0', 64)} 2026-03-02T06:00:00.0000000Z {new string('0', 64)}\n",
        "not the last line" => "5" + text[1..],
        "an earlier line once more" => text + text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)],
        _ => text[..^1],
    };

    private async Task<(bool Intact, long? Checkpoint, string? Problem)> Verified()
    {
        var answer = (await registry.Get("auditor-1", "/v1/audit/verification")).Demand(200);
        return (answer["intact"].GetBoolean(), answer["checkpoint"].ValueKind is System.Text.Json.JsonValueKind.Null
            ? null
            : answer["checkpoint"].GetInt64(), answer["problem"].GetString());
    }

    private sealed class SignedRegistry(TestCluster cluster, string file, string? key = Key) : Registry(cluster)
    {
        protected override string[] Settings =>
            key is null ? [$"--Journal:CheckpointFile={file}"] : [$"--Journal:CheckpointFile={file}", $"--Journal:CheckpointKey={key}"];

        /// <summary>What its timer does every minute.</summary>
        public Task Minute() => Hosted<CheckpointWriter>().Sign(Ct);
    }
}
