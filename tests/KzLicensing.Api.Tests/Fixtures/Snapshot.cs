using Xunit;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>A committed file that is generated: a test proves that it is current, so that every change of it is read in a diff.</summary>
internal static class Snapshot
{
    /// <param name="path">From the root of the repository.</param>
    /// <param name="generated">What the file should say; it is written there when UPDATE_SNAPSHOTS=1 is set.</param>
    public static void AssertCurrent(string path, string generated)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1") File.WriteAllText(file, generated);
        var committed = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(committed == generated,
            $"{path} is not current at line {FirstDifference(committed, generated)}. Run UPDATE_SNAPSHOTS=1 dotnet test, then read the "
                + "diff.");
    }

    private static int FirstDifference(string committed, string generated) =>
        committed.Split('\n').Zip(generated.Split('\n')).TakeWhile(line => line.First == line.Second).Count() + 1;
}
