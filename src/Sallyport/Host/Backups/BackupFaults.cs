namespace Sallyport.Host.Backups;

/// <summary>What can go wrong with a backup, in words, with the mend.</summary>
internal static class BackupFaults
{
    public static Fault Exists(string path) => new(
        "backup.exists", $"{path} is there already.", "Name a file that is not there yet.");

    public static Fault NotWritten(string path, string why) => new(
        "backup.failed", $"The backup could not be written to {path}: {why}",
        "Free the disk, or choose another. Nothing is left of it.");

    public static Fault NotRead(string path, string why) => new(
        "backup.unreadable", $"The backup {path} cannot be read: {why}", "Name a file that sallyport backup has made.");

    public static Fault Wrong(string path, string what) => new(
        "backup.invalid", $"The backup {path} is not what was written: {what}.",
        "Take another one. Nothing was restored.");

    public static Fault NotEmpty(string path) => new(
        "restore.not-empty", $"{path} is there already and not empty.",
        "Nothing was changed. Restore into a folder of its own, look at it, then put it in the place of the other.");

    public static Fault NotRestored(string path, string why) => new(
        "restore.failed", $"The backup could not be restored to {path}: {why}",
        "Free the disk, or choose another. Nothing is left of it.");

    public static Fault Passphrase { get; } = new(
        "restore.passphrase", "The keys in the backup do not open with this passphrase.",
        "Give the file with the passphrase that it was made with, or restore without keys (--without-keys).");
}
