using CsCheck;
using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("off-1", "OFF-1")]
    [InlineData("off-1", " off-1\t")]
    [InlineData("off-1", "off-1\u00A0")]
    [InlineData("off-1", "o\u200Bf\u00ADf-1\uFEFF")]
    [InlineData("off-1", "\uFF4F\uFF46\uFF46\uFF0D\uFF11")]
    [InlineData("off-1", "off\u20131")]
    [InlineData("off-1", "off-1\uFE0F")]
    [InlineData("Айгүл", "аи\u0306гүл")]
    [InlineData("ИЙ-1", "и\u0438\u0306-1")]
    [InlineData("ΣΑΣ", "σας")]
    [InlineData("İ", "i")]
    [InlineData("PAY 1/2026", "pay1/2026")]
    public void Spellings_of_one_name_are_one(string one, string other) => Assert.Equal(Identifier.Fold(one), Identifier.Fold(other));

    [Theory]
    [InlineData("off-1", "off-11")]
    [InlineData("и", "й")]
    [InlineData("PAY-12", "PAY-1-2")]
    public void Names_that_look_different_are_two(string one, string other) =>
        Assert.NotEqual(Identifier.Fold(one), Identifier.Fold(other));

    [Fact]
    public void What_is_folded_stays_as_it_is() => Gen.String.Where(s => s.IsNormalizedSafely()).Sample(text =>
    {
        var folded = Identifier.Fold(text);
        Assert.Equal(folded, Identifier.Fold(folded));
        Assert.Equal(folded, Identifier.Fold($" {text}\u200B"));
    });
}

file static class Texts
{
    /// <summary>A half of a surrogate pair is no text: nothing of the kind comes through the gate.</summary>
    public static bool IsNormalizedSafely(this string text) => text.EnumerateRunes().All(r => r.Value != 0xFFFD);
}
