namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>What a record is called where its slice is not there to say what it belongs to.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SchemaNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Of what a member that is kept as it was written consists.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HoldsAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}
