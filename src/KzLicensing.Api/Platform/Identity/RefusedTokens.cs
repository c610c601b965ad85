using System.Net;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>
/// Tells the operator of bad tokens, and not once for each: the first that breaks a rule at once, those of the next minute as a number.
/// </summary>
internal sealed partial class RefusedTokens(ILogger<RefusedTokens> log, TimeProvider clock)
{
    private static readonly TimeSpan Burst = TimeSpan.FromMinutes(1);

    // As many as there are rules.
    private readonly Dictionary<string, (DateTimeOffset QuietUntil, int Unsaid)> byRule = [];
    private readonly Lock turn = new();

    /// <param name="rule">As <see cref="TokenRules.Explain"/> words it.</param>
    public void Note(string rule, IPAddress? from)
    {
        var now = clock.GetUtcNow();
        int unsaid;
        lock (turn)
        {
            (var quietUntil, unsaid) = byRule.GetValueOrDefault(rule);
            byRule[rule] = now < quietUntil ? (quietUntil, unsaid + 1) : (now + Burst, 0);
            if (now < quietUntil) return;
        }

        Say(rule, from, unsaid);
    }

    [LoggerMessage(LogLevel.Warning,
        "A token was refused: {Rule} It came from {From}; {Unsaid} more like it were refused since the last such line.")]
    private partial void Say(string rule, IPAddress? from, int unsaid);
}
