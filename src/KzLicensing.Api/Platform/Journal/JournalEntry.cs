using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Platform.Journal;

/// <summary>Something that a use case made true, named in the past tense.</summary>
internal interface IFact
{
    /// <summary>What it is about, as <c>kind:id</c>.</summary>
    string Subject { get; }
}

/// <summary>The one journal entry of a command: its facts, chained by hash to all entries before it.</summary>
internal sealed class JournalEntry(Actor actor, TimeProvider clock)
{
    /// <summary>What an entry holds.</summary>
    /// <param name="Name">The actor's name.</param>
    /// <param name="Roles">As the actor's token had them.</param>
    /// <param name="Facts">What the use case made true.</param>
    [SchemaName("JournalDetail")]
    public sealed record Recorded(string Name, IReadOnlyList<string> Roles,
        [property: Holds(typeof(IReadOnlyList<IFact>))] JsonArray Facts);

    /// <summary>What the entry's number is called in the answer to the commit.</summary>
    public const string Column = "journal_number";

    private readonly List<IFact> facts = [];

    /// <summary>The subject of the first fact: what the command was about.</summary>
    public string Subject =>
        facts.Count > 0 ? facts[0].Subject : throw new InvalidOperationException("A command must record at least one fact.");

    public void Record(IFact fact) => facts.Add(fact);

    /// <summary>Before a command that came to nothing is run once more.</summary>
    public void Forget() => facts.Clear();

    /// <summary>After the commit.</summary>
    public void Count()
    {
        foreach (var counted in facts.OfType<ICounted>()) counted.Count();
    }

    /// <summary>Queues the entry as the last write: the head row is locked as late and as shortly as possible.</summary>
    public void Append(Db db, string action)
    {
        var entry = JsonSerializer.Serialize(new Recorded(actor.Name, actor.Roles, [.. facts.Select(Describe)]), Json.Options);
        db.Write(AppendSql, new { At = Microseconds(clock.GetUtcNow()), Actor = actor.Id, Action = action, Subject, Entry = entry });
    }

    private JsonNode Describe(IFact fact)
    {
        var node = JsonSerializer.SerializeToNode(fact, fact.GetType(), Json.Options)!.AsObject();
        node.Insert(0, "fact", fact.GetType().Name);
        return node;
    }

    /// <summary>Postgres keeps microseconds; the hash is over what is kept.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    // The database numbers and chains the entry: the program's role may do nothing else to the journal.
    private const string AppendSql = $"SELECT append_journal(@At, @Actor, @Action, @Subject, @Entry) AS {Column}";
}
