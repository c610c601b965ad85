using KzLicensing.Api.Modules.Register.Certificates;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Register;

public sealed class RecentTests
{
    [Fact]
    public void A_thing_is_made_once_however_many_ask_at_once()
    {
        var (recent, made) = (new Recent<int>(10), 0);
        Parallel.For(0, 1_000, n => recent.Get($"{n % 5}", () => Interlocked.Increment(ref made)));
        Assert.Equal(5, made);
    }

    [Fact]
    public void What_is_asked_for_stays_and_what_nobody_asks_for_goes()
    {
        var (recent, made) = (new Recent<string>(10), new List<string>());
        string Get(string key) => recent.Get(key, () =>
        {
            made.Add(key);
            return key;
        });

        Get("once");
        for (var n = 0; n < 100; n++) Assert.Equal(("wanted", $"{n}"), (Get("wanted"), Get($"{n}")));
        Get("once");

        Assert.Single(made, "wanted");
        Assert.Equal(2, made.Count(m => m == "once"));
    }
}
