using System.Net;
using System.Net.Sockets;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Whose share of the service a request uses: of whoever its token names, else of whoever has the address.</summary>
/// <remarks>So those behind one address who show tokens have a share each, and those who show none have one together.</remarks>
internal static class Caller
{
    /// <summary>What a network gives to one subscriber: all of it is one caller.</summary>
    private const int SubscriberBytes = 8;

    public static string Of(HttpContext http) => http.User.FindFirst("sub")?.Value ?? Subscriber(http.Connection.RemoteIpAddress);

    private static string Subscriber(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 }) return address?.ToString() ?? "";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(SubscriberBytes).Clear();
        return new IPAddress(bytes).ToString();
    }
}
