using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Platform.Http;

/// <summary>How long a body is waited for, however steadily it trickles.</summary>
internal static class BodyPatience
{
    /// <exception cref="BadHttpRequestException">408: the body is not there in time.</exception>
    public static async Task<T> ReadInTime<T>(this HttpContext http, Func<CancellationToken, Task<T>> read)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        patience.CancelAfter(http.RequestServices.GetRequiredService<BackPressureOptions>().MaxBodyDuration);
        try
        {
            return await read(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body came too slowly.", StatusCodes.Status408RequestTimeout);
        }
    }
}
