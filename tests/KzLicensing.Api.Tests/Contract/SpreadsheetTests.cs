using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>Every list that a person would open opens in a spreadsheet: whole, and with one value in a cell.</summary>
public sealed class SpreadsheetTests(FilledRegistry registry) : IClassFixture<FilledRegistry>
{
    /// <summary>Streams for machines.</summary>
    private static readonly string[] NoSpreadsheets = ["/v1/licensing-feed", "/v1/tax-feed/assessments", "/v1/audit/entries"];

    [Fact]
    public async Task Every_list_answers_CSV_but_those_for_machines()
    {
        var lists = (await Operation.All(registry)).Where(o => o.Method == "GET" && IsList(o)).ToList();
        Assert.Equal(NoSpreadsheets.Order(), lists.Where(o => !HasCsv(o)).Select(o => o.Path).Order());
        Assert.True(lists.Count(HasCsv) > 20, $"{lists.Count(HasCsv)} lists answer CSV.");
    }

    [Fact]
    public async Task A_cell_holds_one_value_and_a_line_all_cells()
    {
        foreach (var operation in (await Operation.All(registry)).Where(HasCsv))
        {
            var csv = (await registry.GetCsv(PersonaOf(operation), registry.PathOf(operation))).Demand(200);
            var lines = Read(csv.Text);
            Assert.True(lines.Count > 1, $"{operation} has no line.");
            Assert.Equal(lines[0].Distinct(), lines[0]);
            foreach (var line in lines)
            {
                Assert.True(line.Length == lines[0].Length, $"{operation}: {string.Join('|', line)}");
                Assert.True(line.All(IsOneValue), $"{operation}: {string.Join('|', line)}");
            }
        }
    }

    [Fact]
    public async Task A_spreadsheet_has_as_many_lines_as_the_list_has_items_whatever_its_limit()
    {
        foreach (var operation in (await Operation.All(registry))
            .Where(o => HasCsv(o) && o.Query.Contains("limit") && !o.Path.EndsWith("/history", StringComparison.Ordinal)))
        {
            var (persona, path) = (PersonaOf(operation), registry.PathOf(operation));
            var items = (await registry.Get(persona, $"{path}&limit=1000")).Demand(200)["items"].GetArrayLength();
            var lines = Read((await registry.GetCsv(persona, $"{path}&limit=1")).Demand(200).Text).Count - 1;
            Assert.True(items == lines, $"{operation}: {items} items, {lines} lines.");
        }

        (await registry.GetCsv("officer-1", "/v1/permit-applications?limit=0")).DemandProblem(400, "invalid-input");
        (await registry.GetCsv("officer-1", "/v1/permit-applications?cursor=nonsense")).DemandProblem(400, "cursor-invalid");
    }

    [Fact]
    public async Task What_is_nested_has_a_column_of_its_own_words_stand_side_by_side_and_things_are_counted()
    {
        var csv = Read((await registry.GetCsv("officer-1", "/v1/permit-applications")).Demand(200).Text);
        var json = (await registry.Get("officer-1", "/v1/permit-applications")).Demand(200)["items"];
        foreach (var (line, item) in csv.Skip(1).Zip(json.EnumerateArray()))
        {
            string Cell(string column) => line[csv[0].IndexOf(column)];
            Assert.Equal(item.GetProperty("site").GetProperty("region").GetString(), Cell("site.region"));
            Assert.Equal(item.GetProperty("contact").GetProperty("email").GetString(), Cell("contact.email"));
            Assert.Equal(string.Join("; ", item.GetProperty("powerSources").EnumerateArray()), Cell("powerSources"));
            Assert.Equal(string.Join("; ", item.GetProperty("allowed").EnumerateArray()), Cell("allowed"));
            Assert.Equal($"{item.GetProperty("hardware").GetArrayLength()}", Cell("hardware"));
            Assert.Equal($"{item.GetProperty("informationRequests").GetArrayLength()}", Cell("informationRequests"));
            Assert.DoesNotContain("site", csv[0]);
        }
    }

    [Fact]
    public async Task A_history_tells_each_change_on_a_line_of_its_own()
    {
        var id = await registry.Draft(Files.Application(address: "Before"));
        (await registry.Send("applicant-" + Files.Kegoc, HttpMethod.Put, $"/v1/permit-applications/{id}",
            Files.Application(address: "After"), "\"1\"")).Demand(200);
        var csv = Read((await registry.GetCsv("applicant-" + Files.Kegoc, $"/v1/permit-applications/{id}/history")).Demand(200).Text);
        Assert.Equal(["at", "by", "name", "action", "reasons", "pointer", "from", "to"], csv[0]);
        Assert.Contains(csv, l => l[3] == "ReplaceApplication" && l[5..].SequenceEqual(["/site/address", "Before", "After"]));
        (await registry.GetCsv("applicant-" + Files.Halyk, $"/v1/permit-applications/{id}/history"))
            .DemandProblem(404, "application-not-found");
    }

    private static bool IsList(Operation operation) =>
        operation.Query.Contains("limit") || operation.Path is "/v1/capacity" or "/v1/capacity-ceilings"
            or "/v1/metering-points/{code}/prices" or "/v1/reference/{table}";

    private static bool HasCsv(Operation operation) =>
        operation.Method == "GET" && operation.Body["responses"]?["200"]?["content"]?["text/csv"] is not null;

    private static string? PersonaOf(Operation operation) => operation.IsPublic ? null : Operation.Personas.First(operation.Allows);

    private static bool IsOneValue(string cell) => cell is not (['{', ..] or ['[', ..]) && !cell.Contains("\":", StringComparison.Ordinal);

    /// <summary>As a spreadsheet reads it: RFC 4180.</summary>
    private static List<string[]> Read(string text)
    {
        var (lines, line, cell, quoted) = (new List<string[]>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
            else if (text[i] == '"') quoted = !quoted;
            else if (quoted || text[i] is not (',' or '\r' or '\n')) cell.Append(text[i]);
            else if (text[i] != '\r')
            {
                line.Add(cell.ToString());
                cell.Clear();
                if (text[i] == '\n') lines.Add([.. line]);
                if (text[i] == '\n') line.Clear();
            }
        }

        Assert.Equal((0, 0, false), (line.Count, cell.Length, quoted));
        return lines;
    }
}
