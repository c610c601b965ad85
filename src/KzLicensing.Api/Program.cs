using KzLicensing.Api;

return args switch
{
    ["migrate", .. var rest] => await Verbs.Migrate(rest),
    ["verify", .. var rest] => await VerifyVerb.Run(rest),
    _ => await Verbs.Serve(args),
};
