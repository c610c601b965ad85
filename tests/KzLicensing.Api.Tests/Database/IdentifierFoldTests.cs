using System.Globalization;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using KzLicensing.Domain;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>The program and the schema tell people and payments apart by one rule.</summary>
public sealed class IdentifierFoldTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // What any Unicode since 2018 has; letters that came later are lower-cased by whoever knows them.
    private static readonly IEnumerable<(int From, int To)> Known =
        [(0x01, 0x058F), (0x0600, 0x06FF), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1680, 0x169F), (0x17B0, 0x17B5), (0x1800, 0x180E),
         (0x1D00, 0x2BFF), (0x2C80, 0x2CFF), (0x3000, 0x30FF), (0xA640, 0xA69F), (0xFB00, 0xFB4F), (0xFE00, 0xFFFD), (0x10400, 0x1044F),
         (0x1D400, 0x1D7FF),
         (0xE0000, 0xE01EF)];

    [Fact]
    public async Task SQL_folds_every_letter_as_the_domain_does() => await AssertSame(
        [.. Letters().SelectMany(letter => new[] { letter, $"a{letter}B", $"Й{letter}\u0301" })]);

    [Fact]
    public async Task SQL_folds_texts_as_the_domain_does()
    {
        var letters = Letters().ToList();
        var dice = new Random(20261125);
        await AssertSame([.. Enumerable.Range(0, 20_000)
            .Select(_ => string.Concat(Enumerable.Range(0, dice.Next(12)).Select(_ => letters[dice.Next(letters.Count)])))]);
    }

    private static IEnumerable<string> Letters() => Known
        .SelectMany(r => Enumerable.Range(r.From, r.To - r.From + 1))
        .Where(point => CharUnicodeInfo.GetUnicodeCategory(point) is not UnicodeCategory.OtherNotAssigned)
        .Select(point => new Rune(point).ToString());

    private async Task AssertSame(string[] texts)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command =
            source.CreateCommand("SELECT array_agg(fold_identifier(t) ORDER BY n) FROM unnest($1) WITH ORDINALITY AS u(t, n)");
        command.Parameters.AddWithValue(texts);
        var folded = (string[])(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.Empty(texts.Zip(folded)
            .Where(pair => Identifier.Fold(pair.First) != pair.Second)
            .Select(pair => string.Join(' ', pair.First.EnumerateRunes().Select(r => $"{r.Value:X4}"))));
    }
}
