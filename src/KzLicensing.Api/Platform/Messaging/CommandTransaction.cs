using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Idempotency;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Domain;
using MediatR;
using Npgsql;

namespace KzLicensing.Api.Platform.Messaging;

/// <summary>Effect, idempotency reply, journal entry and feed become visible together, or not at all.</summary>
/// <remarks>Two that wait for each other in a circle are told apart by Postgres; the one it ends is tried again, once.</remarks>
internal sealed class CommandTransaction<TCommand, TResponse>(
    Db db, JournalEntry journal, IdempotencyKey key, ConstraintRefusals constraints, Rehearsal rehearsal)
    : IPipelineBehavior<TCommand, Result<TResponse>> where TCommand : ICommand<TResponse>
{
    public async Task<Result<TResponse>> Handle(TCommand command, CancellationToken ct, RequestHandlerDelegate<Result<TResponse>> next)
    {
        try
        {
            return await Attempt(ct, next);
        }
        catch (PostgresException crossed) when (IsCrossing(crossed) && !key.BodyIsSpent)
        {
            // Postgres let the other one through. Nothing of this one is left: it runs from its first line, on what the other one wrote.
            await db.Rollback();
            journal.Forget();
            return await Attempt(ct, next);
        }
    }

    private async Task<Result<TResponse>> Attempt(CancellationToken ct, RequestHandlerDelegate<Result<TResponse>> next)
    {
        var action = typeof(TCommand).DeclaringType?.Name ?? typeof(TCommand).Name;
        db.BeginCommand();
        // A try is no first send: its key stays free.
        if (!rehearsal.IsOn) key.Claim(db, action);
        try
        {
            var result = await next();
            if (result.IsFailure)
            {
                await db.Rollback();
                return result;
            }

            if (!rehearsal.IsOn) await key.StoreReply(db, journal.Subject, JsonSerializer.Serialize(result.Value, Json.Options));
            journal.Append(db, action);
            if (rehearsal.IsOn)
            {
                await db.Undo(ct);
                return result;
            }

            await db.Commit(ct);
            journal.Count();
            return result;
        }
        catch (PostgresException refusal) when (key.Explains(refusal))
        {
            await db.Rollback();
            return await Replay(refusal, ct);
        }
        catch (PostgresException violation) when (constraints.Explain(violation) is { } refusal)
        {
            await db.Rollback();
            return refusal;
        }
    }

    private static bool IsCrossing(PostgresException refusal) =>
        refusal.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>The key was used before: the same request gets the same answer, another request is refused.</summary>
    private async Task<Result<TResponse>> Replay(PostgresException refusal, CancellationToken ct)
    {
        var earlier = await key.Earlier(db, refusal, ct);
        return earlier.Map(reply => JsonSerializer.Deserialize<TResponse>(reply, Json.Stored)!);
    }
}
