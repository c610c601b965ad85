namespace KzLicensing.Domain;
public readonly record struct Quarter(int Year, int Number) { public static Result<Quarter> Parse(string s) => new Quarter(1,1); }
