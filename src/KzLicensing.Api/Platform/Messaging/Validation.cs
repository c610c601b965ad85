using FluentValidation;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Platform.Messaging;

/// <summary>Refuses an invalid request before anything is read or written, naming all problems at once.</summary>
internal sealed class Validation<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, Result<TResponse>> where TRequest : IRequest<Result<TResponse>>
{
    public async Task<Result<TResponse>> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<Result<TResponse>> next)
    {
        var problems = validators
            .SelectMany(v => v.Validate(request).Errors)
            .Select(e => new FieldProblem(JsonPointer.Of(e.PropertyName), JsonPointer.CodeOf(e.ErrorCode), e.ErrorMessage));
        return InputErrors.InvalidIfAny(problems) is { } refusal ? refusal : await next();
    }
}
