using System.Reflection;
using FluentValidation;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Platform.Messaging;

/// <summary>Registers MediatR 5.1 by hand (ADR-0001): every handler, every validator, and the pipeline of each request.</summary>
internal static class Mediation
{
    public static IServiceCollection AddMediation(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetService!);
        services.AddScoped<IMediator, Mediator>();
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(i => i.IsGenericType)) Register(services, type, contract);
        }

        ValidatorMessages.Configure();
        return services;
    }

    private static void Register(IServiceCollection services, Type type, Type contract)
    {
        var definition = contract.GetGenericTypeDefinition();
        if (definition == typeof(IRequestHandler<,>)) services.AddScoped(contract, type);
        if (definition == typeof(IValidator<>)) services.AddSingleton(contract, type);
        if (definition == typeof(ICommand<>)) AddPipeline(services, type, contract, typeof(Validation<,>), typeof(CommandTransaction<,>));
        if (definition == typeof(IQuery<>)) AddPipeline(services, type, contract, typeof(Validation<,>));
    }

    private static void AddPipeline(IServiceCollection services, Type request, Type contract, params Type[] behaviors)
    {
        var response = contract.GenericTypeArguments[0];
        var step = typeof(IPipelineBehavior<,>).MakeGenericType(request, typeof(Result<>).MakeGenericType(response));
        foreach (var behavior in behaviors) services.AddScoped(step, behavior.MakeGenericType(request, response));
    }
}
