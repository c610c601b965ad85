using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Validators;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Tests.Fixtures;
using KzLicensing.Domain;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>Whatever code a client meets, the catalogue says in its language what it means and what to do.</summary>
public sealed partial class ErrorCatalogueTests(Registry registry) : IClassFixture<Registry>
{
    [Fact]
    public void Every_code_says_what_it_means_and_what_to_do_in_three_languages() =>
        Assert.All(ErrorCatalogue.All.Values.SelectMany(e => new[] { e.Title, e.Advice }), said =>
        {
            Assert.DoesNotMatch(Cyrillic(), said.En);
            Assert.NotEmpty(said.En);
            Assert.Matches(Cyrillic(), said.Ru);
            Assert.Matches(Cyrillic(), said.Kk);
            Assert.NotEqual(said.Ru, said.Kk);
        });

    [Fact]
    public void Every_code_is_an_answer_or_stands_inside_of_one() =>
        Assert.All(ErrorCatalogue.All.Values,
            e => Assert.True(e is { Status: >= 400 and < 600, Within: null } or { Status: null, Within: 400 }, e.Code));

    [Fact]
    public void Every_code_that_the_sources_name_is_in_the_catalogue()
    {
        var named = Sources().SelectMany(s => NamedCode().Matches(s)).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Superset(new HashSet<string> { "stale-version", "month-malformed", "kwh-negative", "xml-too-deep", "not-found",
            "answer-missing" }, named);
        Assert.Empty(named.Except(ErrorCatalogue.All.Keys));
    }

    [Fact]
    public void Every_code_that_a_validator_gives_is_in_the_catalogue()
    {
        Assert.Superset(new HashSet<string> { "not-empty", "inclusive-between", "too-many-items", "off-the-hour" }, CodesOfValidators());
        Assert.Empty(CodesOfValidators().Except(ErrorCatalogue.All.Keys));
    }

    /// <summary>FluentValidation falls back to English where it lacks a text.</summary>
    [Theory]
    [InlineData("ru")]
    [InlineData("kk")]
    public void Every_validator_without_a_code_of_ours_has_words_in_the_language(string language)
    {
        var bare = RulesOfValidators().Where(c => c.ErrorCode is null).Select(c => c.Validator.Name).Distinct().ToList();
        Assert.Contains("ScalePrecisionValidator", bare);
        Assert.All(bare, name =>
            Assert.Matches(Cyrillic(), ValidatorOptions.Global.LanguageManager.GetString(name, CultureInfo.GetCultureInfo(language))));
    }

    [Fact]
    public void Nothing_is_in_the_catalogue_that_no_client_can_meet()
    {
        var sources = string.Concat(Sources());
        Assert.All(ErrorCatalogue.All.Keys.Except(CodesOfValidators()),
            c => Assert.Contains($"\"{c}\"", sources, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_sentence_of_a_refusal_is_said_in_three_languages()
    {
        var said = Sources().SelectMany(s => Refusal().Matches(s))
            .Select(m => new Error(m.Groups["code"].Value, Hole().Replace(m.Groups["detail"].Value, "X").Replace("\\", "")))
            .Where(e => ErrorCatalogue.All[e.Code].Status is not null).ToList();
        Assert.InRange(said.Count, 100, 500);
        Assert.All(said, e => Assert.True(Details.Translated(e) is not null, $"{e.Code}: '{e.Detail}' is not in details.json."));
    }

    [Fact]
    public void A_sentence_tells_of_the_same_in_every_language() =>
        Assert.All(Details.All, s =>
        {
            Assert.Matches(Cyrillic(), s.Ru);
            Assert.Matches(Cyrillic(), s.Kk);
            var holes = Hole().Matches(s.Ru).Select(m => m.Value).Order();
            Assert.Equal(holes, Hole().Matches(s.Kk).Select(m => m.Value).Order());
            Assert.Superset(holes.ToHashSet(), Hole().Matches(s.En).Select(m => m.Value).ToHashSet());
        });

    [Theory]
    [InlineData("ru", "capacity-exceeded", "Only 2.5 MW are left within the ceiling of ZONE-NORTH.",
        "В пределах ZONE-NORTH осталось только 2.5 МВт.")]
    [InlineData("kk", "invalid-input", "3 members are not acceptable.", "Жарамсыз өрістер: 3.")]
    [InlineData("ru", "host-license-not-active", "The host license '' is not an active license of subtype I.",
        "Лицензия хоста '' не является действующей лицензией подвида I.")]
    [InlineData("ru", "invalid-input", "More than 100 members are not acceptable.", "Неприемлемы более 100 полей.")]
    [InlineData("en", "if-match-required", "Name the version you have seen: If-Match: \"4\".",
        "Name the version you have seen: If-Match: \"4\".")]
    [InlineData("kk", "malformed-request", "Nobody has translated this.", "Nobody has translated this.")]
    public void What_a_sentence_tells_of_is_taken_over_as_it_stands(string language, string code, string english, string said)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        Assert.Equal(said, Details.Of(new Error(code, english)));
        CultureInfo.CurrentUICulture = before;
    }

    [Theory]
    [InlineData("en", "Коды ошибок", "Changed since you read it", "Read it again")]
    [InlineData("ru", "Error codes", "Изменено после вашего чтения", "Прочитайте снова")]
    [InlineData("kk", "Error codes", "Сіз оқығаннан кейін өзгерді", "Қайта оқып")]
    public async Task The_page_speaks_the_language_of_its_reader(string language, string absent, string title, string advice)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/errors");
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", language);
        using var answer = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"<html lang=\"{language}\">", page, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"stale-version\">", page, StringComparison.Ordinal);
        Assert.Contains(title, page, StringComparison.Ordinal);
        Assert.Contains(advice, page, StringComparison.Ordinal);
        Assert.DoesNotContain(absent, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machines_read_every_language_at_once()
    {
        var own = (await registry.Get(null, "/errors/stale-version")).Demand(200).Json[0];
        Assert.Equal(412, own.GetProperty("status").GetInt32());
        Assert.False(own.TryGetProperty("within", out _));
        Assert.Equal("Прочитайте снова и повторите с новым ETag.", own.GetProperty("advice").GetProperty("ru").GetString());

        var inside = (await registry.Get(null, "/errors/not-empty")).Demand(200).Json[0];
        Assert.Equal(400, inside.GetProperty("within").GetInt32());
        Assert.False(inside.TryGetProperty("status", out _));
        (await registry.Get(null, "/errors/none")).DemandProblem(404, "not-found");
        Assert.Equal("Мән бос", inside.GetProperty("title").GetProperty("kk").GetString());
    }

    [Theory]
    [InlineData("en", "No such license")]
    [InlineData("ru", "Лицензия не найдена")]
    [InlineData("kk", "Лицензия табылмады")]
    public async Task A_refusal_says_what_to_do(string language, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/register/licenses/none");
        request.Headers.Add("Accept-Language", language);
        using var answer = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var advice = ErrorCatalogue.Of("license-not-found").Advice;
        Assert.Contains($"\"title\":\"{title}\"", body, StringComparison.Ordinal);
        Assert.Contains($"\"advice\":\"{(language == "ru" ? advice.Ru : language == "kk" ? advice.Kk : advice.En)}\"", body,
            StringComparison.Ordinal);
    }

    private static HashSet<string> CodesOfValidators() =>
        [.. RulesOfValidators().Select(c => JsonPointer.CodeOf(c.ErrorCode ?? ValidatorOptions.Global.ErrorCodeResolver(c.Validator)))];

    private static IEnumerable<IRuleComponent> RulesOfValidators() =>
        typeof(RegistryApp).Assembly.GetTypes()
            .Where(t => t.IsAssignableTo(typeof(IValidator)) && t is { IsAbstract: false, ContainsGenericParameters: false })
            .SelectMany(t => RulesOf((IValidator)Activator.CreateInstance(t)!));

    private static IEnumerable<IRuleComponent> RulesOf(IValidator validator) =>
        validator.CreateDescriptor().Rules.SelectMany(r => r.Components).SelectMany(c => c.Validator switch
        {
            IEachItem items => RulesOf(items.Rules),
            IChildValidatorAdaptor adaptor => RulesOf(Child(adaptor)),
            _ => [c],
        });

    private static IValidator Child(IChildValidatorAdaptor adaptor)
    {
        var context =
            Activator.CreateInstance(typeof(ValidationContext<>).MakeGenericType(adaptor.GetType().GenericTypeArguments[0]), [null]);
        return (IValidator)adaptor.GetType().GetMethod("GetValidator")!.Invoke(adaptor, [context, null])!;
    }

    private static IEnumerable<string> Sources() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(f => SplitText().Replace(File.ReadAllText(f), ""));

    [GeneratedRegex("[а-яёәғқңөұүһі]", RegexOptions.IgnoreCase)]
    private static partial Regex Cyrillic();

    [GeneratedRegex("""(?:new Error|\bnew)\(\s*"(?<code>[a-z-]+)",\s*\$?"(?<detail>(?:\{[^}]*\}|\\"|[^"{])*)"\s*""")]
    private static partial Regex Refusal();

    /// <summary>Between the parts of a sentence that is longer than a line.</summary>
    [GeneratedRegex("""(?<!\\)"\s*\+\s*\$?"(?!")""")]
    private static partial Regex SplitText();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();

    /// <summary>Errors, problems of a member, and problems of a line in a file.</summary>
    [GeneratedRegex("""
        (?:new\ Error\(|\bnew\(|With(?:Error)?Code\(|Exception\(|FieldProblem(?:\.Of)?\([^,;]+,\ |\b(?:Add|Problem|Abandon|Refuse|Bad)\((?:[^",;]+,\ )*|return\ )
        "([a-z0-9]+(?:-[a-z0-9]+)+)"[,);]
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex NamedCode();
}
