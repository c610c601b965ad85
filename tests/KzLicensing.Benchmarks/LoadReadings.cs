using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace KzLicensing.Benchmarks;

/// <summary>I1 to I4: files of readings over HTTP against psql's <c>\copy</c> of the same file into a bare heap.</summary>
internal static class LoadReadings
{
    /// <summary>A quarter of 1,000 meters: 2.16M readings.</summary>
    public const int Points = 1_000;

    private const int Days = 90;

    /// <param name="points">Meters; 3,334 of them make 7.2M readings.</param>
    public static async Task Run(Arena arena, int rounds, int points)
    {
        var folder = Directory.CreateTempSubdirectory("kz-readings").FullName;
        try
        {
            await AddPoints(arena, points);
            var first = new ReadingFiles(folder, points, Days).Csv();
            var corrected = new ReadingFiles(folder, points, Days, changed: 100).Csv();
            var ndjson = new ReadingFiles(folder, points, Days).Ndjson();
            await Rounds(arena, rounds, first, corrected, ndjson);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Rounds(Arena arena, int rounds, ReadingFile first, ReadingFile corrected, ReadingFile ndjson)
    {
        var taken = new Dictionary<string, List<(Cost Cost, Cost Limit)>>();
        var rest = 0L;
        // Round 0 warms up.
        for (var round = 0; round <= rounds; round++)
        {
            var limit = await Copy(arena, first);
            await Forget(arena);
            if (round == 0)
            {
                rest = Resident(arena, "VmRSS");
                ResetPeak(arena);
            }

            await Note("I1 and I2 first load (goals 0.45, 0.30)", first, (first.Rows, 0, 0));
            await Note("I3 replay (goal 0.45)", first, (0, first.Rows, 0));
            var differing = (corrected.Wh - first.Wh) / 1_234;
            await Note("I3 1 % corrected (goal 0.70)", corrected, (0, first.Rows - differing, differing));
            await Forget(arena);
            await Note("I3 NDJSON first load (goal 0.80)", ndjson, (ndjson.Rows, 0, 0));

            async Task Note(string name, ReadingFile file, (long, long, long) fate)
            {
                var cost = await Upload(arena, file, fate);
                if (!taken.TryGetValue(name, out var all)) taken[name] = all = [];
                if (round > 0) all.Add((cost, limit));
            }
        }

        var peak = Resident(arena, "VmHWM");
        foreach (var (name, all) in taken) Print(name, first.Rows, all);
        var bytes = await arena.Sql<long>(
            "SELECT sum(pg_total_relation_size(inhrelid))::bigint FROM pg_inherits WHERE inhparent = 'reading_days'::regclass");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"I4: peak {(peak - rest) / 1024.0:0.0} MB over rest (goal 20), {(double)bytes / first.Rows:0.0} bytes a reading (goal 15)"));
        Console.WriteLine("  checked: the fate of every reading, and the stored sum equals the file's in whole Wh after each load");
    }

    private static async Task AddPoints(Arena arena, int points)
    {
        for (var point = 1; point <= points; point++)
        {
            var body = new
            {
                code = ReadingFiles.Code(point),
                siteRegion = "35",
                maximumCapacityKw = 100_000,
                payerBin = "970740000838",
                powerSource = "GridPurchase",
                meterState = "Working",
                from = "2025-12-01",
            };
            await arena.Send("grid-1", HttpMethod.Post, "/v1/metering-points", body);
        }
    }

    private static async Task<Cost> Upload(Arena arena, ReadingFile file, (long Accepted, long Unchanged, long Superseded) fate)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/v1/readings") { Content = new StreamContent(File.OpenRead(file.Path), 1 << 16) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await arena.Token("grid-1"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(file.ContentType);
        JsonElement answer = default;
        var cost = await Cost.Of(arena, async () =>
        {
            using var response = await arena.Http.SendAsync(request);
            answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            response.EnsureSuccessStatusCode();
        });
        var got = (answer.GetProperty("accepted").GetInt64(), answer.GetProperty("unchanged").GetInt64(), answer.GetProperty("superseded")
            .GetInt64());
        var stored = await arena.Sql<long>("""
            SELECT sum(day_wh)::bigint FROM reading_days d JOIN metering_points p ON p.id = d.metering_point_id WHERE p.code LIKE 'I-%'
            """);
        if (got != fate || stored != file.Wh)
            throw new InvalidDataException($"{file.Path}: {got} instead of {fate}, {stored} Wh instead of {file.Wh}.");
        return cost;
    }

    private static async Task<Cost> Copy(Arena arena, ReadingFile file)
    {
        await arena.Sql<int>(
            "DROP TABLE IF EXISTS bare; CREATE TABLE bare (metering_point text, start_at timestamptz, kwh numeric, quality text); SELECT "
                + "1");
        var owner = arena.Owner;
        var start = new ProcessStartInfo("psql",
            ["-q", "-h", owner.Host!, "-p", $"{owner.Port}", "-U", owner.Username!, "-d", owner.Database!, "-c",
                $"\\copy bare FROM '{file.Path}' CSV HEADER"]);
        start.Environment["PGPASSWORD"] = owner.Password;
        return await Cost.Of(arena, async () =>
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0) throw new InvalidOperationException("psql failed.");
        });
    }

    /// <summary>As if nothing had been loaded yet.</summary>
    private static Task<int> Forget(Arena arena) =>
        arena.Sql<int>(
            "TRUNCATE reading_days, reading_day_history; DELETE FROM reading_batch_errors; DELETE FROM reading_batches; CHECKPOINT; "
                + "SELECT 1");

    private static void Print(string name, long rows, List<(Cost Cost, Cost Limit)> all)
    {
        var limit = Middle(all.Select(a => a.Limit.Seconds));
        var (seconds, r) = (Middle(all.Select(a => a.Cost.Seconds)), Middle(all.Select(a => a.Cost.Seconds / a.Limit.Seconds)));
        var rc = Middle(all.Select(a => a.Cost.CpuMicroseconds / a.Limit.CpuMicroseconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {rows} readings, \\copy {limit:0.00} s, ours {seconds:0.00} s; r={r:0.00} rc={rc:0.00}"));
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private static long Resident(Arena arena, string what) => long.Parse(
        File.ReadLines($"/proc/{arena.ApiPid}/status").First(l => l.StartsWith(what, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static void ResetPeak(Arena arena) => File.WriteAllText($"/proc/{arena.ApiPid}/clear_refs", "5");

    private sealed record Cost(double Seconds, double CpuMicroseconds)
    {
        /// <summary>The CPU of all sides: the program, Postgres, this process and its children.</summary>
        public static async Task<Cost> Of(Arena arena, Func<Task> work)
        {
            var (clock, before) = (Stopwatch.StartNew(), Spent(arena));
            await work();
            return new Cost(clock.Elapsed.TotalSeconds, Spent(arena) - before);
        }

        private static double Spent(Arena arena) =>
            Cpu.Of(arena.ApiPid) + Cpu.OfCluster(Pgbench.Postmaster(arena)) + Cpu.OfThisAndChildren();
    }
}
