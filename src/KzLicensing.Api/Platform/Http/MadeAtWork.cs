namespace KzLicensing.Api.Platform.Http;

/// <summary>An answer that needs the database to be made: while the request is worked on, and never while the client reads.</summary>
internal interface IMadeAtWork
{
    Task Make(HttpContext http);
}

/// <summary>Says of an operation that it sends a whole list or file, to whoever asks for it so.</summary>
internal interface ISentAtLength
{
    bool IsAsked(HttpRequest request);
}

/// <summary>Says that what is sent is a list from its first item to its last.</summary>
internal interface ISendsWholeList : ISentAtLength;

internal static class Forms
{
    /// <summary>Whether the caller asks for one of the forms of this kind that the operation has.</summary>
    public static bool AsksFor<TForm>(this HttpContext http) where TForm : class, ISentAtLength =>
        http.GetEndpoint() is { } endpoint && endpoint.Metadata.GetOrderedMetadata<TForm>() is { Count: > 0 } forms
            && forms.Any(f => f.IsAsked(http.Request));
}
