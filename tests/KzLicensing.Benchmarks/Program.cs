using KzLicensing.Benchmarks;

// Side by side with pgbench, in turn, on one machine in one run: only the ratios mean anything elsewhere.
var (rounds, points) = (Number(0, 3), Number(1, LoadReadings.Points));
await using var arena = await Arena.Open();
Console.WriteLine($"{rounds} rounds of {Arena.Seconds} s, {Arena.Connections} connections, {Environment.ProcessorCount} cores");
await ReadAssessment.Run(arena, rounds);
await RecordPurchases.Run(arena, rounds);
await ApproveApplications.Run(arena, rounds);
await LoadReadings.Run(arena, rounds, points);

int Number(int place, int otherwise) =>
    args.Length > place ? int.Parse(args[place], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
