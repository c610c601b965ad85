using System.Security.Cryptography;
using System.Text;

namespace KzLicensing.Api.Platform.Database;

/// <summary>
/// Postgres refuses to run as root: started by root, its programs run as <c>postgres</c>, or as <c>nobody</c> where there is no such user.
/// </summary>
internal static class UnprivilegedUser
{
    private static readonly string? Name = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? Choose() : null;

    public static (int ExitCode, string Output) Run(string program, params string[] arguments) => Command.Run(program, arguments, Name);

    public static void Give(string path)
    {
        if (Name is not null) Command.Run("chown", [Name, path]);
    }

    /// <summary>
    /// The wanted folder, or one under <c>/var/lib</c> when the unprivileged user cannot get there (a checkout below <c>/root</c>).
    /// </summary>
    public static string Home(string wanted)
    {
        Directory.CreateDirectory(wanted);
        if (Name is null || Run("test", "-x", wanted).ExitCode == 0) return wanted;
        var home = $"/var/lib/kz-licensing-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)))[..12]}";
        Directory.CreateDirectory(home);
        Command.Run("chmod", ["711", home]);
        Console.WriteLine($"The user {Name} cannot reach {wanted}; the cluster lives in {home}.");
        return home;
    }

    private static string Choose() => Command.Run("id", ["-u", "postgres"]).ExitCode == 0 ? "postgres" : "nobody";
}
