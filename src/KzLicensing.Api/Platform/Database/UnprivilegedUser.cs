using System.Security.Cryptography;
using System.Text;

namespace KzLicensing.Api.Platform.Database;

/// <summary>Postgres refuses to run as root: as root its programs run as <c>postgres</c>, or as <c>nobody</c> where there is no such user.</summary>
internal static class UnprivilegedUser
{
    private static readonly string? Name = Environment.UserName == "root" && !OperatingSystem.IsWindows() ? Choose() : null;

    public static (int ExitCode, string Output) Run(string program, params string[] arguments) =>
        Name is null
            ? Command.Run(program, arguments)
            : Command.Run("setpriv", ["--reuid", Name, "--regid", GroupId(), "--clear-groups", "--", program, .. arguments]);

    public static void Give(string path)
    {
        if (Name is not null) Command.Run("chown", [Name, path]);
    }

    /// <summary>The wanted folder, or one under <c>/var/tmp</c> when the unprivileged user cannot get there (a checkout below <c>/root</c>).</summary>
    public static string Home(string wanted)
    {
        Directory.CreateDirectory(wanted);
        if (Name is null || Run("test", "-x", wanted).ExitCode == 0) return wanted;
        var home = $"/var/tmp/kz-licensing-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)))[..12]}";
        Directory.CreateDirectory(home);
        Command.Run("chmod", ["711", home]);
        Console.WriteLine($"The user {Name} cannot reach {wanted}; the cluster lives in {home}.");
        return home;
    }

    private static string Choose() => Command.Run("id", ["-u", "postgres"]).ExitCode == 0 ? "postgres" : "nobody";

    private static string GroupId() => Command.Run("id", ["-g", Name!]).Output.Trim();
}
