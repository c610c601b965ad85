using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using Npgsql;

namespace KzLicensing.Benchmarks;

/// <summary>A durable cluster of its own with the demo data, and the program in a process of its own on top of it.</summary>
internal sealed class Arena : IAsyncDisposable
{
    public const int Seconds = 5, Connections = 16, Port = 5091;

    private readonly string home;
    private readonly EmbeddedPostgres postgres;
    private readonly Process api;

    private Arena(string home, EmbeddedPostgres postgres, Process api) => (this.home, this.postgres, this.api) = (home, postgres, api);

    public HttpClient Http { get; } = new() { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
    public int ApiPid => api.Id;
    public NpgsqlConnectionStringBuilder Owner => new(postgres.OwnerConnectionString);

    public static async Task<Arena> Open()
    {
        var home = Path.Combine(Path.GetTempPath(), $"kz-licensing-bench-{Environment.ProcessId}");
        var postgres = await EmbeddedPostgres.Start(home, fast: false, binDirectory: null, CancellationToken.None);
        await Migrations.Apply(postgres.OwnerConnectionString, CancellationToken.None);
        await SeedData.LoadReference(postgres.OwnerConnectionString, CancellationToken.None);
        await SeedData.LoadDemo(postgres.OwnerConnectionString, CancellationToken.None);
        var arena = new Arena(home, postgres, StartApi(postgres.AppConnectionString));
        await arena.Ready();
        return arena;
    }

    public async ValueTask DisposeAsync()
    {
        api.Kill();
        await api.WaitForExitAsync();
        Http.Dispose();
        await postgres.DisposeAsync();
        Directory.Delete(home, recursive: true);
    }

    public async Task<string> Token(string persona)
    {
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", persona), new("client_secret", "sandbox")]);
        using var answer = await Http.PostAsync("/connect/token", form);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <summary>Sends as a persona and demands success.</summary>
    public async Task<JsonElement> Send(string persona, HttpMethod method, string path, object? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(persona));
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{method} {path}: {text}");
    }

    public async Task<T> Sql<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.OwnerConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static Process StartApi(string connectionString)
    {
        var start = new ProcessStartInfo("dotnet",
            [typeof(EmbeddedPostgres).Assembly.Location, "--urls", $"http://127.0.0.1:{Port}"])
        { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ConnectionStrings__Registry"] = connectionString;
        start.Environment["Limits__RequestsPerSecondPerCaller"] = "1000000";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task Ready()
    {
        for (var patience = 0; patience < 200; patience++)
        {
            try
            {
                using var answer = await Http.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The program did not become ready.");
    }
}
