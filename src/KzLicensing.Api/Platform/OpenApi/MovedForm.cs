namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>A form of an operation's body that has an operation of its own by now: it is still taken, and no longer shown.</summary>
internal sealed record MovedForm(string ContentType, int Status, string To);
