namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>
/// What was made lately, by key: made once, however many ask at once. Of two halves the one that nobody asks for any more goes as a whole.
/// </summary>
internal sealed class Recent<T>(int capacity)
{
    private readonly Lock gate = new();
    private Dictionary<string, Lazy<T>> young = new(StringComparer.Ordinal), old = new(StringComparer.Ordinal);

    public T Get(string key, Func<T> make)
    {
        Lazy<T>? known;
        lock (gate)
        {
            if (!young.TryGetValue(key, out known))
            {
                known = old.GetValueOrDefault(key) ?? new Lazy<T>(make);
                if (young.Count >= capacity / 2) (young, old) = (new(StringComparer.Ordinal), young);
                young[key] = known;
            }
        }

        return known.Value;
    }
}
