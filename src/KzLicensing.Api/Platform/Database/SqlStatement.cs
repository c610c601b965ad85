using System.Collections.Concurrent;
using System.Reflection;
using Npgsql;
using NpgsqlTypes;

namespace KzLicensing.Api.Platform.Database;

/// <summary>A statement with its parameters, taken from the properties of an object: enums as text, instants as UTC, nulls typed.</summary>
internal static class SqlStatement
{
    private static readonly ConcurrentDictionary<Type, Parameter[]> Known = new();

    public static NpgsqlBatchCommand Create(string sql, object args)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var parameter in Known.GetOrAdd(args.GetType(), Describe)) statement.Parameters.Add(parameter.Of(args));
        return statement;
    }

    private static Parameter[] Describe(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => new Parameter(p, DbType(p.PropertyType)))];

    private static NpgsqlDbType DbType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray && type != typeof(byte[])) return NpgsqlDbType.Array | DbType(type.GetElementType()!);
        return type switch
        {
            _ when type == typeof(string) || type.IsEnum => NpgsqlDbType.Text,
            _ when type == typeof(Guid) => NpgsqlDbType.Uuid,
            _ when type == typeof(int) => NpgsqlDbType.Integer,
            _ when type == typeof(long) => NpgsqlDbType.Bigint,
            _ when type == typeof(decimal) => NpgsqlDbType.Numeric,
            _ when type == typeof(bool) => NpgsqlDbType.Boolean,
            _ when type == typeof(DateOnly) => NpgsqlDbType.Date,
            _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => NpgsqlDbType.TimestampTz,
            _ when type == typeof(byte[]) => NpgsqlDbType.Bytea,
            _ => throw new NotSupportedException($"No Postgres type is known for a parameter of type {type}."),
        };
    }

    private sealed record Parameter(PropertyInfo Property, NpgsqlDbType Type)
    {
        public NpgsqlParameter Of(object args) => new(Property.Name, Type)
        {
            Value = Property.GetValue(args) switch
            {
                null => DBNull.Value,
                Enum member => member.ToString(),
                DateTimeOffset instant => instant.ToUniversalTime(),
                var value => value,
            },
        };
    }
}
