using KzLicensing.Api;

return args is ["migrate", .. var rest] ? await Verbs.Migrate(rest) : await Verbs.Serve(args);
