using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>What is said of a member where its code alone would not help: names and values stay as the JSON writes them.</summary>
internal static class InputMessages
{
    public static readonly Trilingual
        ExpectedObject = new("Expected an object.", "Ожидается объект.", "Нысан күтіледі."),
        ExpectedArray = new("Expected an array.", "Ожидается массив.", "Массив күтіледі."),
        NoFileName = new("The part has no file name.", "У части нет имени файла.", "Бөлікте файл аты жоқ.");

    public static Trilingual Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) || t == typeof(Bin) || t == typeof(Quarter) =>
            new("Expected text.", "Ожидается текст.", "Мәтін күтіледі."),
        var t when t == typeof(bool) => new("Expected true or false.", "Ожидается true или false.", "true не false күтіледі."),
        var t when t == typeof(int) || t == typeof(long) =>
            new("Expected a whole number.", "Ожидается целое число.", "Бүтін сан күтіледі."),
        var t when t == typeof(decimal) => new("Expected a number.", "Ожидается число.", "Сан күтіледі."),
        var t when t == typeof(DateOnly) =>
            new("Expected a day such as 2026-01-31.", "Ожидается дата вида 2026-01-31.", "2026-01-31 түріндегі күн күтіледі."),
        var t when t == typeof(DateTimeOffset) =>
            new("Expected an instant such as 2026-07-01T09:00:00Z.",
                "Ожидается момент вида 2026-07-01T09:00:00Z.", "2026-07-01T09:00:00Z түріндегі уақыт күтіледі."),
        var t when t == typeof(Guid) => new("Expected a UUID.", "Ожидается UUID.", "UUID күтіледі."),
        _ => new("Expected another kind of value.", "Ожидается значение другого типа.", "Басқа түрдегі мән күтіледі."),
    };

    public static Trilingual UnknownMember(IEnumerable<string> known)
    {
        var names = string.Join(", ", known);
        return new(
            $"There is no such member here. Known: {names}.",
            $"Такого поля здесь нет. Известны: {names}.",
            $"Мұнда мұндай өріс жоқ. Белгілілері: {names}.");
    }

    public static Trilingual UnknownValue(IEnumerable<string> known)
    {
        var values = string.Join(", ", known);
        return new($"Unknown value. Known: {values}.", $"Неизвестное значение. Известны: {values}.",
            $"Белгісіз мән. Белгілілері: {values}.");
    }

    public static Trilingual NumberOutOfRange(int decimals, decimal limit) => new(
        $"A number takes at most {decimals} decimals and stays below {limit:0}.",
        $"У числа не более {decimals} десятичных знаков, и оно меньше {limit:0}.",
        $"Санда ең көбі {decimals} ондық таңба болады, әрі ол {limit:0} санынан кіші.");

    public static Trilingual Invisible(int character) => new(
        $"The text holds U+{character:X4}, which nobody sees. Type it anew.",
        $"В тексте есть невидимый знак U+{character:X4}. Наберите его заново.",
        $"Мәтінде көрінбейтін U+{character:X4} таңбасы бар. Оны қайта теріңіз.");

    public static Trilingual TooLong(int bytes) => new($"At most {bytes} bytes.", $"Не более {bytes} байт.", $"Ең көбі {bytes} байт.");

    public static Trilingual Between(string first, string last) => new(
        $"The value lies between {first} and {last}.", $"Значение лежит между {first} и {last}.",
        $"Мән {first} мен {last} аралығында болады.");

    public static Trilingual Unanswered(string pointer) => new(
        $"The question about '{pointer}' has no answer.", $"На вопрос о '{pointer}' нет ответа.", $"'{pointer}' туралы сұраққа жауап жоқ.");

    public static Trilingual Unasked(string pointer) => new(
        $"Nobody asked about '{pointer}'.", $"О '{pointer}' никто не спрашивал.", $"'{pointer}' туралы ешкім сұраған жоқ.");
}
