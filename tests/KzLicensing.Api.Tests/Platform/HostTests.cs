using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>Whoever supervises the program learns from its exit code how it ended.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_host_that_fails_exits_non_zero(bool fails, int code)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHostedService(services => new Worker(fails, services.GetRequiredService<IHostApplicationLifetime>()));

        Assert.Equal(code, await Verbs.Run(builder.Build()));
    }

    private sealed class Worker(bool fails, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            if (fails) throw new IOException("The disk is full.");
            lifetime.StopApplication();
        }
    }
}
