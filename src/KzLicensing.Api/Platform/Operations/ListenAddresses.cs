using System.Net;
using System.Net.Sockets;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Where the program is to listen.</summary>
internal static class ListenAddresses
{
    private const string Name = "Urls";

    public static IReadOnlyList<BindingAddress> Read(Settings settings)
    {
        var addresses = new List<BindingAddress>();
        var urls = settings.Configuration[WebHostDefaults.ServerUrlsKey] ?? "";
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                addresses.Add(BindingAddress.Parse(url));
            }
            catch (FormatException)
            {
                settings.Refuse(Name, $"takes addresses such as http://localhost:5080, and not {url}");
            }
        }

        return addresses;
    }

    /// <summary>Kestrel would say the same late, after the database was started, and in many lines.</summary>
    public static void DemandFree(Settings settings)
    {
        var port = settings.Section<OperationsOptions>("Operations").Port;
        foreach (var address in Read(settings)) DemandFree(settings, address.Host, address.Port, Name);
        if (port is > 0 and <= IPEndPoint.MaxPort) DemandFree(settings, "*", port.Value, "Operations__Port");
    }

    private static void DemandFree(Settings settings, string host, int port, string setting)
    {
        if (port == 0) return;
        var address = IPAddress.TryParse(host.Trim('[', ']'), out var named) ? named
            : string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
        }
        catch (SocketException refused)
        {
            settings.Refuse(setting, refused.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"names the port {port} of {host}, which somebody else has; --urls chooses another address"
                : $"names the port {port} of {host}, where the program cannot listen: {refused.Message}");
        }
    }
}
