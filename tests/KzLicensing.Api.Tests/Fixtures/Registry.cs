using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>The whole program on a port of its own with a database of its own: what a test class talks to over HTTP.</summary>
public class Registry(TestCluster cluster) : IAsyncLifetime
{
    private readonly Dictionary<string, string> tokens = [];
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly TestDatabase database = new(cluster);
    private WebApplication app = null!;

    /// <summary>Settings that differ from the usual ones, as <c>--Name:Part=value</c>.</summary>
    protected virtual string[] Settings => [];

    /// <summary>The role with which the program works.</summary>
    protected virtual string ConnectionString => database.AppConnectionString;

    /// <summary>How requests get there: a fixture may listen.</summary>
    protected virtual HttpMessageHandler Transport => new HttpClientHandler();

    /// <summary>What has to stand beside the database before the program starts.</summary>
    protected virtual Task Prepare() => Task.CompletedTask;

    public HttpClient Http { get; private set; } = null!;
    public string AppConnectionString => database.AppConnectionString;
    protected virtual string OwnerConnectionString => database.OwnerConnectionString;

    public virtual async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        await Prepare();
        var builder = RegistryApp.CreateBuilder([
            "--environment=Development", $"--ConnectionStrings:Registry={ConnectionString}", "--Limits:RequestsPerSecondPerCaller=100000",
            "--Shutdown:DrainSeconds=0", .. Settings]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = RegistryApp.Build(builder);
        await app.StartAsync();
        Http = new HttpClient(Transport) { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>A service that runs beside the requests, to be told what its timer tells it.</summary>
    protected T Hosted<T>() => app.Services.GetServices<IHostedService>().OfType<T>().Single();

    /// <summary>A part of the program that a test has to hold in its hands.</summary>
    protected T Part<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>What happens on SIGTERM.</summary>
    protected Task Leave()
    {
        app.Lifetime.StopApplication();
        return app.StopAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>Sends as a persona (null: nobody); a body is JSON unless it is text already.</summary>
    public async Task<Answer> Send(
        string? persona, HttpMethod method, string path, object? body = null, string? ifMatch = null, string? key = null,
        string contentType = "application/json", string? accept = null, string? ifNoneMatch = null, string? language = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (persona is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(persona));
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        if (language is not null) request.Headers.AcceptLanguage.ParseAdd(language);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, text);
    }

    public Task<Answer> Get(string? persona, string path) => Send(persona, HttpMethod.Get, path);

    public Task<Answer> GetIfChanged(string? persona, string path, string known) => Send(persona, HttpMethod.Get, path, ifNoneMatch: known);

    public Task<Answer> GetCsv(string? persona, string path) => Send(persona, HttpMethod.Get, path, accept: "text/csv");

    public Task<Answer> Post(string? persona, string path, object? body = null, string? ifMatch = null, string? key = null) =>
        Send(persona, HttpMethod.Post, path, body, ifMatch, key);

    public Task<Answer> Upload(string csv, string mode = "atomic", string? key = null) =>
        Send("grid-1", HttpMethod.Post, $"/v1/readings?mode={mode}", csv, key: key, contentType: "text/csv");

    /// <summary>Sends a file of readings as it is, packed or not.</summary>
    public Task<Answer> UploadBytes(byte[] file, string contentType, string? contentEncoding = null, string query = "",
        string persona = "grid-1") =>
        SendBytes(persona, $"/v1/readings{query}", file, contentType, contentEncoding);

    public async Task<Answer> SendBytes(string persona, string path, byte[] file, string contentType, string? contentEncoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(file) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(persona));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (contentEncoding is not null) request.Content.Headers.ContentEncoding.Add(contentEncoding);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, text);
    }

    public async Task MoveClock(string instant) => (await Send(null, HttpMethod.Put, "/sandbox/clock", new { now = instant })).Demand(200);

    /// <summary>What direct SQL with the application's role sees, over all payers.</summary>
    public async Task<T> Sql<T>(string sql)
    {
        await using var connection = await OpenDatabase();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A connection with the owner's rights, to stand in the program's way.</summary>
    public async Task<NpgsqlConnection> OpenDatabase()
    {
        var connection = new NpgsqlConnection(OwnerConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The dozen licensees that a first start brings along.</summary>
    public Task LoadDemo() => SeedData.LoadDemo(database.OwnerConnectionString, TestContext.Current.CancellationToken);

    /// <summary>How much has been written: unchanged after every refusal.</summary>
    public Task<long> Written() => Sql<long>("SELECT number FROM journal_head");

    /// <summary>Somebody whom the sandbox would not send: a person with these roles, signed with its key all the same.</summary>
    /// <param name="sub">Whom the token names; two personas may be one person.</param>
    public string Hire(string persona, string? bin, string[] roles, string? sub = null)
    {
        var bearer = app.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        var claims = new Dictionary<string, object> { ["sub"] = sub ?? persona, ["name"] = persona, ["roles"] = roles };
        if (bin is not null) claims["bin"] = bin;
        tokens[persona] = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = app.Urls.First(),
            Audience = "kz-licensing",
            TokenType = "at+jwt",
            IssuedAt = DateTime.UtcNow,
            Expires = DateTime.UtcNow.AddHours(1),
            Claims = claims,
            SigningCredentials = new SigningCredentials(bearer.Configuration!.SigningKeys.Single(), SecurityAlgorithms.RsaSha256),
        });
        return persona;
    }

    /// <summary>The token itself, for tests that speak HTTP by hand.</summary>
    public Task<string> BearerOf(string persona) => Token(persona);

    private async Task<string> Token(string persona)
    {
        await gate.WaitAsync();
        try
        {
            if (tokens.TryGetValue(persona, out var known)) return known;
            using var form = new FormUrlEncodedContent(
                [new("grant_type", "client_credentials"), new("client_id", persona), new("client_secret", "sandbox")]);
            using var response = await Http.PostAsync("/connect/token", form);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            return tokens[persona] = answer.GetProperty("access_token").GetString()!;
        }
        finally
        {
            gate.Release();
        }
    }
}
