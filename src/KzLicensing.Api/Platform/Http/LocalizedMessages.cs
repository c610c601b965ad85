using FluentValidation;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Messages of our own rules come from the error catalogue, in the caller's language.</summary>
internal static class LocalizedMessages
{
    /// <summary>Names the problem by a code of the catalogue.</summary>
    public static IRuleBuilderOptions<T, TProperty> WithCode<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, string code) =>
        rule.WithErrorCode(code).WithMessage(_ => ErrorCatalogue.Of(code).Title.ForCaller());
}
