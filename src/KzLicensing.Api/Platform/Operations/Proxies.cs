using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Who stands between the program and its callers.</summary>
internal sealed record ProxyOptions
{
    /// <summary>
    /// Addresses and networks, separated by commas: what these say of the client's address and scheme is believed, and what others say is
    /// not.
    /// </summary>
    public string KnownProxies { get; init; } = "";

    public IEnumerable<string> Known => KnownProxies.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static ProxyOptions Read(Settings settings)
    {
        var options = settings.Section<ProxyOptions>("ForwardedHeaders");
        settings.Demand(options.Known.All(known => IPAddress.TryParse(known, out _) || IPNetwork.TryParse(known, out _)),
            "ForwardedHeaders__KnownProxies", "takes addresses and networks, such as 10.0.0.5,10.1.0.0/16");
        settings.Demand(!string.Equals(settings.Configuration["FORWARDEDHEADERS_ENABLED"], "true", StringComparison.OrdinalIgnoreCase),
            "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "believes anybody; name the proxies in ForwardedHeaders__KnownProxies instead");
        settings.Demand(!(settings.Configuration["AllowedHosts"] ?? "*").Contains('/', StringComparison.Ordinal), "AllowedHosts",
            "takes names of hosts, separated by semicolons, without scheme or path");
        return options;
    }
}

/// <summary>A request is taken as its caller sent it to the outermost of our proxies.</summary>
internal static class Proxies
{
    public static void AddProxies(this WebApplicationBuilder builder)
    {
        var options = builder.Read(ProxyOptions.Read);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = options.Known.Any()
                ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                : ForwardedHeaders.None;
            // The chain is walked from its near end to the first address that is none of ours.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var known in options.Known)
            {
                if (IPAddress.TryParse(known, out var address)) forwarded.KnownProxies.Add(address);
                else forwarded.KnownIPNetworks.Add(IPNetwork.Parse(known));
            }
        });
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);
    }
}
