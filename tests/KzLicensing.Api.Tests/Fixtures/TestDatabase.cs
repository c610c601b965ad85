using Xunit;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>A test class's own copy of the migrated database with its reference data.</summary>
public sealed class TestDatabase(TestCluster cluster) : IAsyncLifetime
{
    public string OwnerConnectionString { get; private set; } = null!;
    public string AppConnectionString { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (OwnerConnectionString, AppConnectionString) = await cluster.CreateDatabase();

    public async ValueTask DisposeAsync() => await cluster.DropDatabase(OwnerConnectionString);
}
