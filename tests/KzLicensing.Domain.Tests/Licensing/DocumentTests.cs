using System.Text;
using KzLicensing.Domain.Licensing;
using Xunit;

namespace KzLicensing.Domain.Tests.Licensing;

public sealed class DocumentTests
{
    private static readonly byte[] Png = [0x89, .. "PNG\r\n"u8, 0x1a, .. "\n\0\0\0\rIHDR"u8], Jpeg = [0xff, 0xd8, 0xff, 0xe0];

    [Fact]
    public void A_format_is_known_by_its_first_bytes()
    {
        Assert.Equal(DocumentFormat.Pdf, DocumentFormat.Of("%PDF-1.7\n"u8));
        Assert.Equal(DocumentFormat.Png, DocumentFormat.Of(Png));
        Assert.Equal(DocumentFormat.Jpeg, DocumentFormat.Of(Jpeg));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%PDF")]
    [InlineData("\n%PDF-1.7")]
    [InlineData("MZ\u0090")]
    [InlineData("\u007fELF")]
    [InlineData("#!/bin/sh")]
    [InlineData("<!DOCTYPE html>")]
    [InlineData("<svg xmlns=")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("GIF89a")]
    [InlineData("Rar!")]
    public void Everything_else_is_not_taken(string head) => Assert.Null(DocumentFormat.Of(Encoding.Latin1.GetBytes(head)));

    [Fact]
    public void A_cut_picture_is_not_taken() =>
        Assert.All(Enumerable.Range(0, 16), length => Assert.Null(DocumentFormat.Of(Png.AsSpan(0, length))));

    [Theory]
    [InlineData("plan.pdf", "application/pdf", true)]
    [InlineData("PLAN.PDF", "Application/PDF", true)]
    [InlineData("plan.pdf", null, true)]
    [InlineData("plan.pdf", "application/octet-stream", true)]
    [InlineData("plan.pdf", "image/png", false)]
    [InlineData("plan.exe", "application/pdf", false)]
    [InlineData("plan.pdf.exe", null, false)]
    [InlineData("plan", null, false)]
    public void Name_and_declared_type_say_the_same_as_the_bytes(string name, string? declared, bool agrees) =>
        Assert.Equal(agrees, DocumentFormat.Pdf.Agrees(DocumentName.Of(name), declared));

    [Theory]
    [InlineData("../../etc/passwd.pdf", "passwd.pdf")]
    [InlineData(@"C:\Users\me\план.pdf", "план.pdf")]
    [InlineData("Жоба (түпкі).pdf", "Жоба (түпкі).pdf")]
    [InlineData("a\r\nSet-Cookie: b.pdf", "aSet-Cookie b.pdf")]
    [InlineData("exe\u202efdp.pdf", "exefdp.pdf")]
    [InlineData("a\0b\u200b.pdf", "ab.pdf")]
    [InlineData("a<b>:\"|?*.pdf", "ab.pdf")]
    [InlineData(" .plan.pdf. ", "plan.pdf")]
    [InlineData("й.pdf", "й.pdf")]
    [InlineData("/", "document")]
    [InlineData("", "document")]
    [InlineData("..", "document")]
    [InlineData("\ud83d.pdf", "pdf")]
    public void Of_a_name_the_harmless_part_is_kept(string sent, string kept) => Assert.Equal(kept, DocumentName.Of(sent).Value);

    [Fact]
    public void A_long_name_loses_the_end_of_its_stem()
    {
        Assert.Equal(new string('a', 251) + ".pdf", DocumentName.Of(new string('a', 300) + ".pdf").Value);
        Assert.Equal(255, DocumentName.Of("a." + new string('b', 300)).Value.Length);
        var whole = DocumentName.Of(new string('a', 250) + "😀😀.pdf").Value;
        Assert.True(whole.Length <= 255 && whole.IsNormalized());
    }
}
