using KzLicensing.Api;

await RegistryApp.Build(args).RunAsync();
