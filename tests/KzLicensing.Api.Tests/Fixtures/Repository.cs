namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>Where the committed files are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "KzLicensing.sln")) ? folder.FullName : Find(folder.Parent!);
}
