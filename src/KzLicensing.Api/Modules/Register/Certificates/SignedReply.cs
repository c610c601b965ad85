using System.Reflection;
using System.Text;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>A signed token as it is: <c>application/jose</c>.</summary>
internal sealed class SignedReply(Result<string> token) : IResult, IEndpointMetadataProvider
{
    public const string ContentType = "application/jose";

    public Task ExecuteAsync(HttpContext http) =>
        token.IsFailure
            ? new Problem(token.Error).ExecuteAsync(http)
            : PublicBytes.Write(http, Encoding.ASCII.GetBytes(token.Value), ContentType);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [ContentType]));
        builder.Metadata.Add(new AnswersHeaders("ETag"));
    }
}
