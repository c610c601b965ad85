using System.Linq.Expressions;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Resources;

namespace KzLicensing.Api.Platform.Http;

/// <summary>What validators say: in the caller's language, with members and values as the JSON writes them.</summary>
internal static class ValidatorMessages
{
    public static void Configure()
    {
        ValidatorOptions.Global.DisplayNameResolver = (_, _, member) => member is null ? null : NameOf(member.Body);
        ValidatorOptions.Global.MessageFormatterFactory = () => new JsonValues();
        ValidatorOptions.Global.LanguageManager = Languages();
    }

    /// <summary>FluentValidation's own, where its words mislead: a dash before a number reads as a minus.</summary>
    private static LanguageManager Languages()
    {
        var languages = new LanguageManager();
        languages.AddTranslation("ru", "EmailValidator", "'{PropertyName}' не является адресом электронной почты.");
        languages.AddTranslation("kk", "EmailValidator", "'{PropertyName}' электрондық пошта мекенжайы емес.");
        languages.AddTranslation("kk", "GreaterThanValidator", "'{PropertyName}' '{ComparisonValue}' мәнінен үлкен болуы керек.");
        languages.AddTranslation("kk", "GreaterThanOrEqualValidator", "'{PropertyName}' '{ComparisonValue}' мәнінен кем болмауы керек.");
        languages.AddTranslation("kk", "LessThanValidator", "'{PropertyName}' '{ComparisonValue}' мәнінен кіші болуы керек.");
        languages.AddTranslation("kk", "LessThanOrEqualValidator", "'{PropertyName}' '{ComparisonValue}' мәнінен аспауы керек.");
        languages.AddTranslation("kk", "MaximumLengthValidator",
            "'{PropertyName}' {MaxLength} таңбадан аспауы керек. Енгізілгені: {TotalLength}.");
        languages.AddTranslation("kk", "ScalePrecisionValidator",
            "'{PropertyName}' {ExpectedPrecision} цифрдан, оның ішінде {ExpectedScale} ондық таңбадан аспауы керек. "
            + "Енгізілгені: {Digits} және {ActualScale}.");
        return languages;
    }

    /// <summary>Names the problem by a code of the catalogue, and says what the catalogue says.</summary>
    public static IRuleBuilderOptions<T, TProperty> WithCode<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, string code) =>
        rule.WithErrorCode(code).WithMessage(_ => ErrorCatalogue.Of(code).Message.ForCaller());

    /// <summary>The same, with more to say than the catalogue.</summary>
    public static IRuleBuilderOptions<T, TProperty> WithCode<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, string code,
        Trilingual said) =>
        rule.WithErrorCode(code).WithMessage(_ => said.ForCaller());

    /// <summary><c>site.latitude</c> of <c>c => c.Body.Site.Latitude</c>.</summary>
    private static string NameOf(Expression member)
    {
        var names = new Stack<string>();
        for (; member is MemberExpression { Expression: { } of } step; member = of)
        {
            var isValueOfNullable = Nullable.GetUnderlyingType(of.Type) is not null;
            if (!isValueOfNullable && step.Member.Name is not ("Body" or "Filter"))
                names.Push(JsonNamingPolicy.CamelCase.ConvertName(step.Member.Name));
        }

        return string.Join('.', names);
    }

    private sealed class JsonValues : MessageFormatter
    {
        public override string BuildMessage(string messageTemplate)
        {
            foreach (var (name, value) in PlaceholderValues.ToList())
            {
                if (value is DateOnly or DateTimeOffset or decimal or Enum)
                    PlaceholderValues[name] = JsonSerializer.Serialize(value, value.GetType(), Json.Options).Trim('"');
            }

            return base.BuildMessage(messageTemplate);
        }
    }
}
