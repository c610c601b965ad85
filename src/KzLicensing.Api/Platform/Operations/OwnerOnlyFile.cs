namespace KzLicensing.Api.Platform.Operations;

/// <summary>
/// A file with a secret: nobody but its owner reads it, not even while it is being written, and it is there whole or not at all.
/// </summary>
internal static class OwnerOnlyFile
{
    public static void Write(string file, string text)
    {
        var incomplete = file + ".new";
        File.Delete(incomplete);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(incomplete, options)) writer.Write(text);
        File.Move(incomplete, file, overwrite: true);
    }
}
