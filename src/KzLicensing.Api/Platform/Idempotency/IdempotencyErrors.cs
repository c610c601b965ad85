using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Idempotency;

internal static class IdempotencyErrors
{
    public static Error Malformed() => new("idempotency-key-malformed", "Idempotency-Key takes 1 to 255 visible ASCII characters.");
    public static Error Reused() =>
        new("idempotency-key-reused", "This key was used with another request. Take a new key for a new request.");
    public static Error InFlight() =>
        new("idempotency-key-in-flight", "The first request with this key is still under way. Send it again in a moment.");
    public static Error ReceiptNotFound(string key) => new("receipt-not-found", $"No request of yours with the key '{key}' has succeeded.");
}
