using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>The public keys of certificates and status lists, also of those that are no longer used to sign.</summary>
internal static class GetKeys
{
    public static PublicReply<PublishedKeys> Endpoint(RegisterKeys keys) => new((Result<PublishedKeys>)keys.Published);
}
