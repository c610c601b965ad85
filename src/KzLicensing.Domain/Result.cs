using System.Diagnostics.CodeAnalysis;

namespace KzLicensing.Domain;

/// <summary>A refusal: a stable code, what happened in one English sentence, and the members a client may act on.</summary>
/// <remarks>Statuses and translated titles belong to the API's error catalogue; the domain only names the condition.</remarks>
public sealed record Error(string Code, string Detail)
{
    public IReadOnlyDictionary<string, object?> Extensions { get; init; } = NoExtensions;

    private static readonly Dictionary<string, object?> NoExtensions = [];

    public Error With(string name, object? value) =>
        this with { Extensions = new Dictionary<string, object?>(Extensions) { [name] = value } };
}

/// <summary>Either a value or the reason why there is none. Expected refusals travel as values; exceptions are accidents.</summary>
public readonly record struct Result<T>
{
    private Result(T? value, Error? error) => (Value, Error) = (value, error);

    public T? Value { get; }
    public Error? Error { get; }

    [MemberNotNullWhen(true, nameof(Error))]
    [MemberNotNullWhen(false, nameof(Value))]
    public bool IsFailure => Error is not null;

    public static implicit operator Result<T>(T value) => new(value, null);
    public static implicit operator Result<T>(Error error) => new(default, error);

    public Result<TOther> Then<TOther>(Func<T, Result<TOther>> next) => IsFailure ? Error : next(Value);

    public Result<TOther> Map<TOther>(Func<T, TOther> map) => IsFailure ? Error : map(Value);
}

/// <summary>The value of a command that has nothing to say but that it happened.</summary>
public readonly record struct Done;
