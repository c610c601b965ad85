using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>How large documents may be, how many, and where they are kept.</summary>
internal sealed record DocumentOptions
{
    public long MaxBytes { get; init; } = 20L << 20;

    public int MaxPerApplication { get; init; } = 100;

    /// <summary>A folder for the contents; without it they are kept in Postgres.</summary>
    public string? Folder { get; init; }

    public static DocumentOptions Read(Settings settings)
    {
        var options = settings.Section<DocumentOptions>("Documents");
        settings.DemandWithin(options.MaxBytes, 1, 1L << 30, "Documents__MaxBytes");
        settings.DemandWithin(options.MaxPerApplication, 1, 100_000, "Documents__MaxPerApplication");
        if (options.Folder is { } folder) settings.DemandWritable(folder, "Documents__Folder");
        return options;
    }
}

internal static class DocumentServices
{
    public static void AddDocuments(this WebApplicationBuilder builder)
    {
        var options = builder.Read(DocumentOptions.Read);
        builder.Services.AddSingleton(options);
        builder.Services.AddScoped<PostgresContents>();
        if (options.Folder is { } folder) builder.Services.AddSingleton(new FolderContents(folder));
        builder.Services.AddScoped<DocumentContents>();
    }
}
