using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Nodes;
using FluentValidation;
using FluentValidation.Validators;
using KzLicensing.Api.Platform.Http;
using Microsoft.OpenApi;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>Lengths, ranges and patterns, read off the validators: the document states what is enforced and nothing else.</summary>
internal static class Bounds
{
    private static readonly Lazy<ILookup<(Type, string),
    Bound>> Known = new(() => AllBounds().ToLookup(b => (b.Member.DeclaringType!, b.Member.Name)));

    /// <summary>Writes into a schema what its member has to keep.</summary>
    public static void Apply(MemberInfo member, OpenApiSchema schema)
    {
        foreach (var bound in Known.Value[(member.DeclaringType!, member.Name)])
        {
            if (!bound.OfEach) Apply(bound.Validator, schema);
            else if (schema.Items is OpenApiSchema item) Apply(bound.Validator, item);
        }
    }

    private static void Apply(IPropertyValidator validator, OpenApiSchema schema)
    {
        var isText = schema.Type?.HasFlag(JsonSchemaType.String) is true;
        var isList = schema.Type?.HasFlag(JsonSchemaType.Array) is true;
        var isNumber = schema.Type?.HasFlag(JsonSchemaType.Number) is true || schema.Type?.HasFlag(JsonSchemaType.Integer) is true;
        switch (validator)
        {
            case INotEmptyValidator when isText && schema.Format is null:
                schema.MinLength ??= 1;
                break;
            case INotEmptyValidator when isList:
                schema.MinItems ??= 1;
                break;
            case ILengthValidator length when isText:
                schema.MaxLength = length.Max;
                if (length.Min > 0) schema.MinLength = length.Min;
                break;
            case IItemCount count when isList:
                schema.MaxItems = count.Max;
                break;
            case IDistinct { ByItem: true } when isList:
                schema.UniqueItems = true;
                break;
            case IRegularExpressionValidator pattern when isText:
                schema.Pattern = Patterns.Published(pattern.Expression);
                break;
            case IEmailValidator when isText:
                schema.Format = "email";
                break;
            case IOneOfWords words when isText:
                schema.Enum = [.. words.Words.Select(w => (JsonNode)w)];
                if (schema.Type?.HasFlag(JsonSchemaType.Null) is true) schema.Enum.Add(JsonNullSentinel.JsonNull);
                break;
            case IBetweenValidator between when isNumber:
                (schema.Minimum, schema.Maximum) = (Number(between.From), Number(between.To));
                break;
            case IComparisonValidator { MemberToCompare: null, ValueToCompare: { } value } comparison when isNumber:
                Compare(comparison.Comparison, Number(value), schema);
                break;
            default:
                // In words: a multiple of 0.01 is nothing that a binary fraction could be checked for.
                if (isNumber && ScaleOf(validator) is { } scale) Tell($"At most {scale} decimals.", schema);
                break;
        }
    }

    private static void Compare(Comparison comparison, string? value, OpenApiSchema schema)
    {
        switch (comparison)
        {
            case Comparison.GreaterThan:
                schema.ExclusiveMinimum = value;
                break;
            case Comparison.GreaterThanOrEqual:
                schema.Minimum = value;
                break;
            case Comparison.LessThan:
                schema.ExclusiveMaximum = value;
                break;
            case Comparison.LessThanOrEqual:
                schema.Maximum = value;
                break;
        }
    }

    /// <summary>Once, though the member's rule may be part of several validators.</summary>
    private static void Tell(string words, OpenApiSchema schema)
    {
        if (schema.Description?.Contains(words, StringComparison.Ordinal) is not true)
            schema.Description = $"{schema.Description} {words}".TrimStart();
    }

    private static string? Number(object value) => Convert.ToString(value, CultureInfo.InvariantCulture);

    private static int? ScaleOf(IPropertyValidator validator) => (int?)validator.GetType().GetProperty("Scale")?.GetValue(validator);

    private static IEnumerable<Bound> AllBounds() =>
        typeof(Bounds).Assembly.GetTypes()
            .Where(t => t.IsAssignableTo(typeof(IValidator)) && t is { IsAbstract: false, ContainsGenericParameters: false }
                && t.GetConstructor([]) is not null)
            .SelectMany(t => Of((IValidator)Activator.CreateInstance(t)!));

    private static IEnumerable<Bound> Of(IValidator validator) => validator.CreateDescriptor().Rules.SelectMany(Of);

    private static IEnumerable<Bound> Of(IValidationRule rule)
    {
        var each = rule.GetType().Name.StartsWith("CollectionPropertyRule", StringComparison.Ordinal);
        foreach (var validator in rule.Components.Select(c => c.Validator))
        {
            if (validator is IEachItem items)
            {
                foreach (var nested in Of(items.Rules)) yield return nested;
            }
            else if (validator is IChildValidatorAdaptor)
            {
                foreach (var nested in Of(Child(validator))) yield return nested;
            }
            else if (rule.Expression?.Body is MemberExpression { Member: { } member })
            {
                yield return new Bound(member, each, validator);
            }
        }
    }

    /// <summary>The rules of a member that is an object: none of ours depends on what is validated.</summary>
    private static IValidator Child(IPropertyValidator adaptor)
    {
        var (kind, validated) = (adaptor.GetType(), adaptor.GetType().GenericTypeArguments[0]);
        var context = Activator.CreateInstance(typeof(ValidationContext<>).MakeGenericType(validated), [null]);
        return (IValidator)kind.GetMethod("GetValidator")!.Invoke(adaptor, [context, null])!;
    }

    private sealed record Bound(MemberInfo Member, bool OfEach, IPropertyValidator Validator);
}
