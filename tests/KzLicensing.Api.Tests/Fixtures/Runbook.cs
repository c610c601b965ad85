using System.Text.RegularExpressions;
using KzLicensing.Api.Platform.Database;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>The commands of RUNBOOK.md as they stand there, run in a folder that stands for the machine's root.</summary>
internal sealed partial class Runbook : IDisposable
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "src/KzLicensing.Api/RUNBOOK.md"));

    private readonly string root = Directory.CreateTempSubdirectory("kz-licensing-machine-").FullName;
    private readonly BareCluster? postgres;

    public Runbook(BareCluster? postgres = null)
    {
        this.postgres = postgres;
        foreach (var folder in new[] { "bin", "etc/kz-licensing", "opt/kz-licensing", "var/lib/kz-licensing/documents",
            "var/lib/kz-licensing/checkpoints" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        Program("opt/kz-licensing/kz-licensing", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "kz-licensing.dll")}' \"$@\"");
        // Owners of files need root and a user of the service.
        Program("bin/chgrp", "exit 0");
        Program("bin/install", "for made; do :; done; : > \"$made\"");
    }

    /// <summary>Where a path of the runbook is here.</summary>
    public string Here(string path) => Paths().Replace(path, $"{root}$0");

    /// <summary>The settings as an operator writes them down.</summary>
    public Dictionary<string, string> Settings() =>
        Block("settings").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2))
            .ToDictionary(s => s[0], s => s[1].Trim('\''));

    public void WriteSettings(string owner)
    {
        File.WriteAllText(Here("/etc/kz-licensing/settings"), Block("settings"));
        File.WriteAllText(Here("/etc/kz-licensing/owner"), $"ConnectionStrings__Owner='{owner}'\n");
    }

    /// <summary>Runs the block of that name.</summary>
    /// <param name="name">Stands behind the fence's <c>sh</c>.</param>
    /// <param name="option">For the last command.</param>
    public void Run(string name, string option = "") => Run($"{Block(name).TrimEnd()} {option}", "sh", "-c");

    /// <summary>Runs the block of that name in psql.</summary>
    public void Psql(string name, string user, string database) =>
        Run(Block(name), "sh", "-c", $"printf '%s' \"$0\" | psql -qX -v ON_ERROR_STOP=1 -U {user} -d {database}");

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Run(string block, params string[] how)
    {
        string[] environment =
            [$"PATH={root}/bin:{postgres?.Binaries.Directory}:{Environment.GetEnvironmentVariable("PATH")}", "PGHOST=127.0.0.1",
                $"PGPORT={postgres?.Port}"];
        var (code, output) = Command.Run("env", [.. environment, .. how, block]);
        if (code != 0) throw new InvalidOperationException($"The runbook's commands ended with {code}:\n{block}\n{output}");
    }

    private string Block(string name)
    {
        var block = Regex.Match(Text, $@"^```(?:sh|sql) {name}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline);
        return block.Success
            ? Here(block.Groups[1].Value)
            : throw new ArgumentException($"The runbook has no block '{name}'.", nameof(name));
    }

    private void Program(string path, string script)
    {
        var file = Path.Combine(root, path);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    [GeneratedRegex(@"/(etc|opt/kz-licensing|var/lib/kz-licensing|var/backups/kz-licensing)\b")]
    private static partial Regex Paths();
}
