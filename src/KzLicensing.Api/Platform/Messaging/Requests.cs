using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Platform.Messaging;

/// <summary>A request that changes something: one transaction, one journal entry, refusable by code.</summary>
internal interface ICommand<TResponse> : IRequest<Result<TResponse>>;

/// <summary>A request that only reads: Postgres itself holds it to that.</summary>
internal interface IQuery<TResponse> : IRequest<Result<TResponse>>;

internal interface ICommandHandler<in TCommand, TResponse>
    : IRequestHandler<TCommand, Result<TResponse>> where TCommand
    : ICommand<TResponse>;

internal interface IQueryHandler<in TQuery, TResponse> : IRequestHandler<TQuery, Result<TResponse>> where TQuery : IQuery<TResponse>;
