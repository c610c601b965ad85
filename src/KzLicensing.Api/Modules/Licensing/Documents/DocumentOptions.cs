namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>How large documents may be, how many, and where they are kept.</summary>
internal sealed record DocumentOptions
{
    public long MaxBytes { get; init; } = 20L << 20;

    public int MaxPerApplication { get; init; } = 100;

    /// <summary>A folder for the contents; without it they are kept in Postgres.</summary>
    public string? Folder { get; init; }
}

internal static class DocumentServices
{
    public static void AddDocuments(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Documents").Get<DocumentOptions>() ?? new DocumentOptions();
        if (options.MaxBytes < 1) throw new InvalidOperationException("Documents__MaxBytes must be at least 1.");
        if (options.MaxPerApplication < 1) throw new InvalidOperationException("Documents__MaxPerApplication must be at least 1.");
        builder.Services.AddSingleton(options);
        builder.Services.AddScoped<PostgresContents>();
        if (options.Folder is { } folder) builder.Services.AddSingleton(new FolderContents(folder));
        builder.Services.AddScoped<DocumentContents>();
    }
}
