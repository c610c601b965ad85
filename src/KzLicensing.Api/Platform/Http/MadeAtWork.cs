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
