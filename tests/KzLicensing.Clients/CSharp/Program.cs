using Registry;

var (client, url) = (args[0], new Uri(args[1]));
await (client == "kiota" ? KiotaJob.Run(url) : NSwagJob.Run(url));
Console.WriteLine("Done.");
