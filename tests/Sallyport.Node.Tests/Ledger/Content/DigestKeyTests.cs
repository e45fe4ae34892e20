namespace Sallyport.Ledger.Tests;

public sealed class DigestKeyTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), "sallyport-" + Path.GetRandomFileName());

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_key_is_made_once_for_its_owner_alone()
    {
        Assert.True(DigestKey.TryOpen(path, new LocalDisk(), out var first, out _));
        Assert.True(DigestKey.TryOpen(path, new LocalDisk(), out var second, out _));
        Assert.Equal(first.Of("text"), second.Of("text"));
        Assert.NotEqual(first.Of("text"), DigestKey.OfThisProcess().Of("text"), StringComparer.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData("abc\n")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg\n")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef00\n")]
    public void A_file_that_is_no_key_is_told_with_its_path(string text)
    {
        File.WriteAllText(path, text);
        Assert.False(DigestKey.TryOpen(path, new LocalDisk(), out _, out var fault));
        Assert.Equal("ledger.digest-key", fault.Code);
        Assert.Contains(path, fault.Detail, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }
}
