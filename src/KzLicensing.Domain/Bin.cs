namespace KzLicensing.Domain;
public readonly record struct Bin(string Value) { public static Result<Bin> Parse(string s) => new Bin(s); }
