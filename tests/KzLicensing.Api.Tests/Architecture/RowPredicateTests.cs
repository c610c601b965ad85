using System.Reflection;
using System.Text.RegularExpressions;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Tests.Contract;
using KzLicensing.Api.Tests.Database;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Architecture;

/// <summary>The rule stands in the statements; row-level security is the net below them.</summary>
public sealed class RowPredicateTests(Registry registry) : IClassFixture<Registry>
{
    private const string
        Fragment = "a fragment: it is tried where it is used",
        OfALockedRow = "of a row that the command has locked by a predicate",
        StaffsOwn = "part of what only staff may do",
        RegistrysOwn = "work of the registry itself, over everybody's rows";

    private static readonly Dictionary<string, string> WithoutOne = new()
    {
        ["RegistryFigures.Sql"] = RegistrysOwn,
        ["ApplicationRow.Select"] = Fragment,
        ["DocumentView.Select"] = Fragment,
        ["DraftRow.Select"] = Fragment,
        ["MeteringPointRow.Select"] = Fragment,
        ["PurchaseView.Select"] = Fragment,
        ["Applications.CloseRoundSql"] = OfALockedRow,
        ["Applications.MoveSql"] = OfALockedRow,
        ["CopyApplication.SpentSql"] = OfALockedRow,
        ["Writers.CopySql"] = OfALockedRow,
        ["ReplaceApplication.UpdateSql"] = OfALockedRow,
        ["RespondToRequest.AnswerSql"] = OfALockedRow,
        ["RequiredDocuments.MissingSql"] = OfALockedRow,
        ["UploadDocument.StandingSql"] = OfALockedRow,
        ["RegisterHardware.OwnSql"] = OfALockedRow,
        ["RegisterHardware.CloseSql"] = OfALockedRow,
        ["RemoveHardware.RemoveSql"] = OfALockedRow,
        ["AssessmentInputsQuery.PointsSql"] = StaffsOwn,
        ["AssessmentInputsQuery.PurchasesSql"] = StaffsOwn,
        ["Drafting.CurrentSql"] = StaffsOwn,
        ["Issuing.CarryHardwareSql"] = StaffsOwn,
        ["Issuing.IssueSql"] = StaffsOwn,
        ["GetApplication.PositionSql"] = RegistrysOwn,
        ["LapseUnanswered.DueSql"] = RegistrysOwn,
        ["LapseUnanswered.DueRowSql"] = RegistrysOwn,
        ["RunWorker.ClaimSql"] = RegistrysOwn,
        ["RunWorker.EarlierSql"] = RegistrysOwn,
        ["RunWorker.FailSql"] = RegistrysOwn,
        ["RunWorker.FingerprintsSql"] = RegistrysOwn,
        ["RunWorker.FinishSql"] = RegistrysOwn,
        ["RunWorker.OutcomeSql"] = RegistrysOwn,
        ["RunWorker.PayersSql"] = RegistrysOwn,
        ["RunWorker.ProgressSql"] = RegistrysOwn,
    };

    [Fact]
    public async Task Every_statement_over_rows_with_an_owner_that_an_applicant_can_reach_says_whose_they_are()
    {
        var owned =
            new Regex($@"\b(FROM|JOIN|UPDATE)\s+({string.Join('|', RowIsolationTests.OwnedTables.Append("standing_purchases"))})\b");
        var staffs = (await Operation.All(registry)).Where(o => o.Permission is { } needed && !Permissions.Grants("Applicant", needed))
            .Select(o => o.Body["operationId"]!.GetValue<string>()).ToHashSet(StringComparer.OrdinalIgnoreCase);

        var bare = Statements().Where(s => owned.IsMatch(s.Sql) && !staffs.Contains(s.Slice)
            && !s.Sql.Contains("registry.row_scope", StringComparison.Ordinal))
            .Select(s => $"{s.Slice}.{s.Name}").ToList();

        var unexplained = string.Join(", ", bare.Except(WithoutOne.Keys));
        Assert.True(unexplained.Length == 0, $"Without a predicate: {unexplained}");
        Assert.Empty(WithoutOne.Keys.Except(bare));
    }

    /// <summary>All SQL of the program, by the constants that hold it.</summary>
    internal static IEnumerable<(string Slice, string Name, string Sql)> Statements() =>
        from type in typeof(RegistryApp).Assembly.GetTypes()
        where !type.ContainsGenericParameters
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where field.FieldType == typeof(string)
        select (Outermost(type).Name, field.Name, (string?)field.GetValue(null) ?? "");

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
