using System.ComponentModel;
using System.Globalization;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Reads what the operator set, and collects all that is wrong with it: one start tells everything.</summary>
/// <remarks>
/// A section is a record: its members are the settings that exist, their values the defaults. The binder of Microsoft.Extensions.Options
/// would end at the first wrong value, pass over misspelled names, and speak of types; validation at the host's start would come after the
/// cluster's. What was set is not repeated: it may be a secret.
/// </remarks>
internal sealed class Settings(IConfiguration configuration, IHostEnvironment environment)
{
    private readonly List<string> faults = [];

    /// <summary>One line each, beginning with the setting's name.</summary>
    public IReadOnlyList<string> Faults => faults;

    public IConfiguration Configuration => configuration;

    public IHostEnvironment Environment => environment;

    /// <summary>A section as it is set; a value that cannot be read is a fault, and the default stands in for it.</summary>
    public T Section<T>(string name) where T : class, new()
    {
        var members = typeof(T).GetProperties().Where(p => p.SetMethod is { IsPublic: true })
            .ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        var readable = new Dictionary<string, string?>();
        foreach (var setting in configuration.GetSection(name).GetChildren())
        {
            if (!members.TryGetValue(setting.Key, out var type))
                Refuse($"{name}__{setting.Key}", $"is unknown; there is {string.Join(", ", members.Keys.Order())}");
            else if (string.IsNullOrEmpty(setting.Value)) continue;
            else if (IsReadable(setting.Value, type)) readable[setting.Key] = setting.Value;
            else Refuse($"{name}__{setting.Key}", $"takes {Describe(type)}");
        }

        return new ConfigurationBuilder().AddInMemoryCollection(readable).Build().Get<T>() ?? new T();
    }

    public void Demand(bool holds, string setting, string otherwise)
    {
        if (!holds) Refuse(setting, otherwise);
    }

    public void DemandWithin(long value, long least, long most, string setting) =>
        Demand(value >= least && value <= most, setting, string.Create(CultureInfo.InvariantCulture, $"takes {least} to {most}"));

    public void DemandWithin(TimeSpan value, TimeSpan most, string setting) =>
        Demand(value > TimeSpan.Zero && value <= most, setting, $"must be longer than nothing and no longer than {most:c}");

    /// <param name="setting">The name that the message begins with.</param>
    /// <param name="why">The rest of the sentence, without its end.</param>
    public void Refuse(string setting, string why) => faults.Add($"{setting} {why}.");

    /// <summary>For what can only be tried: the refusal that comes out of it names its setting by itself.</summary>
    public void Try(Action trial)
    {
        try
        {
            trial();
        }
        catch (InvalidOperationException refused)
        {
            faults.Add(refused.Message);
        }
    }

    /// <summary>A folder that must be there: one that a missing disk left behind is not made anew beside it.</summary>
    public void DemandWritable(string folder, string setting)
    {
        try
        {
            var probe = Path.Combine(folder, $".{Guid.NewGuid():N}");
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Refuse(setting, "must be a folder that exists and that the program may write to");
        }
    }

    /// <exception cref="InvalidOperationException">Something is wrong; all of it in one message.</exception>
    public void ThrowFaults()
    {
        if (faults.Count > 0) throw new InvalidOperationException(string.Join('\n', faults.Distinct()));
    }

    private static bool IsReadable(string value, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name switch
    {
        nameof(Boolean) => "true or false",
        nameof(TimeSpan) => "a duration such as 00:05:00",
        _ => "a whole number",
    };
}

internal static class SettingsReading
{
    /// <summary>One reader's settings, for the place that uses them.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong; all of it in one message.</exception>
    public static T Read<T>(this IHostApplicationBuilder builder, Func<Settings, T> reader)
    {
        var settings = new Settings(builder.Configuration, builder.Environment);
        var options = reader(settings);
        settings.ThrowFaults();
        return options;
    }
}
