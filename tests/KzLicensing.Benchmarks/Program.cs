using KzLicensing.Benchmarks;

// Side by side with pgbench, in turn, on one machine in one run: only the ratios mean anything elsewhere.
var rounds = args is [var given, ..] ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 3;
await using var arena = await Arena.Open();
Console.WriteLine($"{rounds} rounds of {Arena.Seconds} s, {Arena.Connections} connections, {Environment.ProcessorCount} cores");
await ReadAssessment.Run(arena, rounds);
await RecordPurchases.Run(arena, rounds);
await ApproveApplications.Run(arena, rounds);
await LoadReadings.Run(arena, rounds);
