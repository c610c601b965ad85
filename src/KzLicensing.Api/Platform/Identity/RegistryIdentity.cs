using KzLicensing.Api.Platform.Identity.Sandbox;
using KzLicensing.Api.Platform.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>Who is let in: bearer tokens of one authority, policies named by permission, and nothing without a policy.</summary>
internal static class RegistryIdentity
{
    // The endpoint by which routing answers 405 bears no other mark.
    private const string RoutingsMethodNotAllowed = "405 HTTP Method Not Supported";

    public static void AddRegistryIdentity(this WebApplicationBuilder builder)
    {
        var options = builder.Read(IdentityOptions.Read);
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton<ValidatedTokens>();
        services.AddSingleton(provider => new RefusedTokens(provider.GetRequiredService<ILogger<RefusedTokens>>(), TimeProvider.System));
        services.AddHttpContextAccessor();
        services.AddScoped<Actor>();
        services.AddAuthentication(CachedBearer.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, CachedBearer>(CachedBearer.SchemeName, null)
            .AddJwtBearer(jwt => Harden(jwt, options));
        services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, ForgetWithdrawnKeys);
        services.AddAuthorization(AddPolicies);
        if (options.IsSandbox(builder.Environment)) services.AddSandboxProvider(options, builder.Configuration["Postgres:DataDirectory"]);
    }

    private static void Harden(JwtBearerOptions jwt, IdentityOptions options)
    {
        jwt.Authority = options.Authority;
        jwt.Audience = options.Audience;
        jwt.RequireHttpsMetadata = options.Authority?.StartsWith("https", StringComparison.Ordinal) ?? false;
        jwt.BackchannelTimeout = TimeSpan.FromSeconds(5);
        jwt.AutomaticRefreshInterval = TimeSpan.FromMinutes(5);
        jwt.MapInboundClaims = false;
        jwt.SaveToken = false;
        foreach (var handler in jwt.TokenHandlers) handler.MaximumTokenSizeInBytes = TokenRules.MaxLength;
        jwt.TokenValidationParameters = TokenRules.Parameters(options);
        jwt.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                var lifetime = TimeSpan.FromMinutes(options.MaxTokenLifetimeMinutes);
                if (TokenRules.Refuse((JsonWebToken)context.SecurityToken, lifetime, TimeProvider.System.GetUtcNow()) is { } why)
                    context.Fail(why);
                return Task.CompletedTask;
            },
            OnChallenge = context =>
            {
                context.ErrorDescription = context.AuthenticateFailure is { } failure ? TokenRules.Explain(failure) : null;
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>By default a key that the authority has withdrawn is tried once more as the last one known to be good.</summary>
    private static void ForgetWithdrawnKeys(JwtBearerOptions jwt)
    {
        if (jwt.ConfigurationManager is BaseConfigurationManager manager) manager.UseLastKnownGoodConfiguration = false;
    }

    /// <summary>One policy per permission; a route without a policy answers nobody.</summary>
    private static void AddPolicies(AuthorizationOptions authorization)
    {
        foreach (var permission in Permissions.All)
        {
            authorization.AddPolicy(permission, policy => policy.RequireAuthenticatedUser()
                .RequireAssertion(context => context.User.FindAll("roles").Any(role => Permissions.Grants(role.Value, permission))));
        }

        authorization.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(MayHearFromRouting).Build();
    }

    /// <summary>Where no route was chosen, routing itself answers: 404 and 405 to everybody, 415 to those with a token.</summary>
    private static bool MayHearFromRouting(AuthorizationHandlerContext context) => (context.Resource as HttpContext)?.GetEndpoint() switch
    {
        null or { DisplayName: RoutingsMethodNotAllowed } => true,
        RouteEndpoint => false,
        _ => context.User.Identity is { IsAuthenticated: true },
    };
}
