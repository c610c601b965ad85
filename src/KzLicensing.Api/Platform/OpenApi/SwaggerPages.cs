using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Platform.Identity.Sandbox;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>
/// The document for people. In the sandbox its dialog gets a token by itself, as a persona from a list; the contract says nothing of that,
/// so the pages read a copy of it that has the sandbox's scheme beside the bearer's.
/// </summary>
internal static class SwaggerPages
{
    private const string Home = "swagger", Sandboxed = "/swagger/sandbox.json", Personas = "/swagger/personas.js", Scheme = "sandbox";

    public static void UseOpenApiPages(this IApplicationBuilder app)
    {
        var isSandbox = app.ApplicationServices.GetService<SandboxClock>() is not null;
        if (app.ApplicationServices.GetRequiredService<IHostEnvironment>().IsDevelopment())
            app.Use((http, next) => http.Request.Path == "/" ? Lead(http) : next(http));
        if (isSandbox)
        {
            var copy = new Lazy<string>(() => WithSandbox(app.ApplicationServices.GetRequiredService<BuiltDocument>().Body));
            app.Map(Sandboxed, file => file.Run(http => Write(http, "application/json", copy.Value)));
            app.Map(Personas, file => file.Run(http => Write(http, "text/javascript", Script())));
        }

        app.UseSwaggerUI(ui =>
        {
            ui.SwaggerEndpoint(isSandbox ? Sandboxed : OpenApiDocument.Path, "KzLicensing v1");
            ui.DocumentTitle = "KzLicensing";
            ui.RoutePrefix = Home;
            ui.EnablePersistAuthorization();
            if (!isSandbox) return;
            ui.OAuthClientId(Persona.Examples[0]);
            ui.OAuthClientSecret(SandboxProvider.Secret);
            ui.InjectJavascript(Personas);
        });
    }

    private static Task Lead(HttpContext http)
    {
        http.Response.Redirect($"/{Home}/index.html");
        return Task.CompletedTask;
    }

    private static Task Write(HttpContext http, string contentType, string text)
    {
        http.Response.ContentType = $"{contentType}; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Whatever takes a token takes the sandbox's.</summary>
    private static string WithSandbox(byte[] document)
    {
        var copy = JsonNode.Parse(document)!;
        copy["components"]!["securitySchemes"]![Scheme] = new JsonObject
        {
            ["type"] = "oauth2",
            ["description"] = "A persona of the sandbox.",
            ["flows"] = new JsonObject
            {
                ["clientCredentials"] =
                new JsonObject { ["tokenUrl"] = SandboxProvider.TokenPath, ["scopes"] = new JsonObject() }
            },
        };
        var operations = copy["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()).Select(o => o.Value!["security"]!.AsArray());
        foreach (var guarded in operations.Where(s => s.Count > 0).ToList()) guarded.Add(new JsonObject { [Scheme] = new JsonArray() });
        return copy.ToJsonString();
    }

    private static string Script()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("personas.js")!;
        using var reader = new StreamReader(stream);
        return $"const personas = {JsonSerializer.Serialize(Persona.Examples)};\n{reader.ReadToEnd()}";
    }
}
