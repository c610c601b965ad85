using KzLicensing.Api;

return args switch
{
    _ when args.Any(a => a is "--help" or "-h" or "-?") => await Verbs.Help(),
    ["help"] => await Verbs.Help(),
    ["verify", .. var rest] => await VerifyVerb.Run(rest),
    ["check", .. var rest] when CommandLine.IsUnderstood([.. rest.Where(a => a != CheckVerb.SettingsOnly)]) => await CheckVerb.Run(rest),
    ["migrate", .. var rest] when CommandLine.IsUnderstood(rest) => await Verbs.Migrate(rest),
    ["serve", .. var rest] when CommandLine.IsUnderstood(rest) => await Verbs.Serve(rest),
    _ when CommandLine.IsUnderstood(args) => await Verbs.Serve(args),
    _ => await Verbs.Misused(args),
};
