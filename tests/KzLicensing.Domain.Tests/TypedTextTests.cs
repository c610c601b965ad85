using CsCheck;
using KzLicensing.Domain.Licensing;
using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class TypedTextTests
{
    private static readonly string[] Pieces =
        ["М", "и\u0306", "й", "\u00A0", " ", "\t", "\u2009", "\u3000", "\u2028", "\r\n", "\n", "\u0085", "e\u0301", "Қ", "1"];
    private static readonly Gen<string> Pasted = Gen.Int[0, Pieces.Length - 1].Array[0, 12]
        .Select(chosen => string.Concat(chosen.Select(i => Pieces[i])));

    [Theory]
    [InlineData("  Маи\u0306нинг\u00A0\u2003Дала \t", "Майнинг Дала")]
    [InlineData("Абай\r\nданғылы\u2028 1", "Абай данғылы 1")]
    [InlineData("\u3000", "")]
    public void A_line_is_composed_with_one_blank_for_all_that_is_blank(string typed, string line) =>
        Assert.Equal(line, TypedText.Line(typed));

    [Theory]
    [InlineData("\n one\u00A0 two \r\n\r\n\r\n\r\nthree\t\n", "one two\n\nthree")]
    [InlineData("one\u2028two", "one\ntwo")]
    public void Prose_keeps_its_paragraphs(string typed, string prose) => Assert.Equal(prose, TypedText.Prose(typed));

    [Fact]
    public void What_is_in_one_spelling_stays_as_it_is() => Pasted.Sample(typed =>
    {
        var (line, prose) = (TypedText.Line(typed), TypedText.Prose(typed));
        Assert.Equal((line, prose), (TypedText.Line(line), TypedText.Prose(prose)));
        Assert.Equal(line, TypedText.Line(prose));
        Assert.DoesNotContain(line, c => char.IsWhiteSpace(c) && c != ' ');
    });

    [Theory]
    [InlineData("Май\u00ADнинг", 0xAD)]
    [InlineData("Майнинг\u200B", 0x200B)]
    [InlineData("\uFEFFМайнинг", 0xFEFF)]
    [InlineData("\u202EгниниаМ", 0x202E)]
    [InlineData("Май\u2066нинг", 0x2066)]
    [InlineData("Май\u0007нинг", 7)]
    [InlineData("Май\tнинг", 9)]
    [InlineData("Майнинг\n", 10)]
    [InlineData("Май\u2028нинг", 0x2028)]
    [InlineData("Май\u009Fнинг", 0x9F)]
    [InlineData("Май\u115Fнинг", 0x115F)]
    [InlineData("Май\uE000нинг", 0xE000)]
    [InlineData("Май\U000E0041нинг", 0xE0041)]
    public void What_nobody_sees_is_told(string typed, int hidden) => Assert.Equal(hidden, TypedText.Invisible(typed)?.Value);

    [Theory]
    [InlineData("ТОО «Қарағанды Қызмет»\u00A0№\u202F1")]
    [InlineData("矿业 ⛏️ 👷")]
    public void What_people_see_and_every_blank_is_let_in(string typed) => Assert.Null(TypedText.Invisible(typed));

    [Fact]
    public void Prose_has_lines_and_tabs_and_nothing_else_that_nobody_sees()
    {
        Assert.Null(TypedText.InvisibleInProse("One.\r\n\tTwo.\n\u2028"));
        Assert.Equal(0xAD, TypedText.InvisibleInProse("One.\n\u00AD")?.Value);
    }

    [Theory]
    [InlineData("KZ-DM-I-2026-000001")]
    [InlineData("kz-dm-i-2026-000001")]
    [InlineData(" KZ–DM—I−2026‑000001\u00A0")]
    [InlineData("КЗ-ДМ-І-2026-000001")]
    [InlineData("Кz - dм - и - 2026 - 000001")]
    [InlineData("ＫＺ－ＤＭ－Ⅰ－２０２６－０００００１")]
    [InlineData("KZ-DM-I-\u200B2026-000001")]
    public void A_license_number_is_one_in_any_spelling(string typed) => Assert.Equal("KZ-DM-I-2026-000001", LicenseNumber.Of(typed));

    [Fact]
    public void Subtype_II_is_two_letters() => Assert.Equal("KZ-DM-II-2026-000001", LicenseNumber.Of("КЗ-ДМ-Ⅱ-2026-000001"));
}
