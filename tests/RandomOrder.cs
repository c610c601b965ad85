using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KzLicensing.Tests;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(RandomOrder))]
[assembly: TestClassOrderer(typeof(RandomOrder))]
[assembly: TestMethodOrderer(typeof(RandomOrder))]
[assembly: TestCaseOrderer(typeof(RandomOrder))]

namespace KzLicensing.Tests;

/// <summary>
/// Classes and their tests run in an order that a seed alone decides: the runner's own follows from the folder, and hides what depends on
/// it.
/// </summary>
/// <remarks>Every run chooses another seed and says it; <c>TEST_SEED=7 dotnet test</c> repeats one.</remarks>
public sealed class RandomOrder : ITestCollectionOrderer, ITestClassOrderer, ITestMethodOrderer, ITestCaseOrderer
{
    private static readonly int Seed = Choose();

    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> collections) where T : ITestCollection =>
        Shuffled(collections, c => c.TestCollectionDisplayName);

    public IReadOnlyCollection<T?> OrderTestClasses<T>(IReadOnlyCollection<T?> classes) where T : ITestClass =>
        Shuffled(classes, c => c?.TestClassName);

    public IReadOnlyCollection<T?> OrderTestMethods<T>(IReadOnlyCollection<T?> methods) where T : ITestMethod =>
        Shuffled(methods, m => m?.MethodName);

    public IReadOnlyCollection<T> OrderTestCases<T>(IReadOnlyCollection<T> cases) where T : ITestCase =>
        Shuffled(cases, c => c.TestCaseDisplayName);

    /// <summary>By a hash of each name, so that a class keeps its order when it runs alone.</summary>
    private static T[] Shuffled<T>(IEnumerable<T> tests, Func<T, string?> name) =>
        [.. tests.OrderBy(t => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed} {name(t)}"))), StringComparer.Ordinal)];

    /// <summary>What a run wrote is shown by <c>dotnet test</c> when it failed.</summary>
    private static int Choose()
    {
        var wanted = Environment.GetEnvironmentVariable("TEST_SEED");
        var seed = string.IsNullOrEmpty(wanted) ? Random.Shared.Next(1_000_000) : int.Parse(wanted, CultureInfo.InvariantCulture);
        Console.WriteLine($"TEST_SEED={seed}");
        return seed;
    }
}
