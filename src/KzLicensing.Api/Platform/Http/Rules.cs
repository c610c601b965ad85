using FluentValidation;
using FluentValidation.Results;
using FluentValidation.Validators;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Rules that more than one use case writes; the contract states what they bound.</summary>
internal static class Rules
{
    /// <summary>A list that is not too long; <c>too-many-items</c>.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> AtMost<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule,
        int max) =>
        rule.SetValidator(new ItemCount<T, TItem>(max)).WithCode("too-many-items");

    /// <summary>A list that names nothing twice; <c>duplicate-item</c>.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> NoneTwice<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule) =>
        rule.SetValidator(new Distinct<T, TItem, TItem>(i => i)).WithCode("duplicate-item");

    /// <summary>The same, where a part of an item names it.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> NoneTwice<T, TItem, TKey>(
        this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, Func<TItem, TKey> key) =>
        rule.SetValidator(new Distinct<T, TItem, TKey>(key)).WithCode("duplicate-item");

    /// <summary>Rules for the items of a list.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> Each<T, TItem>(
        this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, Action<InlineValidator<TItem>> rules)
    {
        var item = new InlineValidator<TItem>();
        rules(item);
        return rule.SetValidator(new EachItem<T, TItem>(item));
    }

    /// <summary>One word of a list, or nothing; <c>unknown-value</c>.</summary>
    public static IRuleBuilderOptions<T, string?> OneOf<T>(this IRuleBuilder<T, string?> rule, params string[] words) =>
        rule.SetValidator(new OneOfWords<T>(words)).WithCode("unknown-value", InputMessages.UnknownValue(words));
}

internal interface IItemCount
{
    int Max { get; }
}

internal interface IDistinct
{
    /// <summary>Whole items are compared, not a part of them.</summary>
    bool ByItem { get; }
}

internal interface IOneOfWords
{
    IReadOnlyList<string> Words { get; }
}

internal interface IEachItem
{
    IValidator Rules { get; }
}

internal sealed class ItemCount<T, TItem>(int max) : PropertyValidator<T, IReadOnlyList<TItem>?>, IItemCount
{
    public override string Name => nameof(ItemCount<,>);
    public int Max => max;

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<TItem>? value) => value is null || value.Count <= max;
}

internal sealed class Distinct<T, TItem, TKey>(Func<TItem, TKey> key) : PropertyValidator<T, IReadOnlyList<TItem>?>, IDistinct
{
    public override string Name => nameof(Distinct<,,>);
    public bool ByItem => typeof(TItem) == typeof(TKey);

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<TItem>? value) =>
        value is null || value.DistinctBy(key).Count() == value.Count;
}

/// <summary>When more of the items are wrong than an answer tells, it looks no further.</summary>
internal sealed class EachItem<T, TItem>(InlineValidator<TItem> rules) : PropertyValidator<T, IReadOnlyList<TItem>?>, IEachItem
{
    public override string Name => nameof(EachItem<,>);
    public IValidator Rules => rules;

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<TItem>? value)
    {
        var failures = (value ?? []).Index()
            .SelectMany(i => rules.Validate(i.Item).Errors.Select(e => At($"{context.PropertyPath}[{i.Index}].", e)));
        foreach (var failure in failures.Take(InputErrors.MaxProblems + 1)) context.AddFailure(failure);
        return true;
    }

    private static ValidationFailure At(string item, ValidationFailure failure)
    {
        failure.PropertyName = item + failure.PropertyName;
        return failure;
    }
}

internal sealed class OneOfWords<T>(string[] words) : PropertyValidator<T, string?>, IOneOfWords
{
    public override string Name => nameof(OneOfWords<>);
    public IReadOnlyList<string> Words => words;

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null || words.Contains(value);
}
