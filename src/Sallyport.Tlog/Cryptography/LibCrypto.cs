using System.Reflection;
using System.Runtime.InteropServices;

// Not the program's own folder: a library planted beside it is not ours. On Linux the loader's folders are searched; on
// Windows, where no libcrypto comes with the system, also those of PATH.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Sallyport.Tlog.Cryptography;

/// <summary>
/// The eleven functions of OpenSSL's libcrypto that Ed25519 takes. .NET 10 has no Ed25519 of its own (dotnet/runtime
/// 63174).
/// </summary>
internal static partial class LibCrypto
{
    /// <summary>NID_ED25519 in openssl/obj_mac.h: a number of the stable ABI.</summary>
    public const int Ed25519 = 1087;

    private const string Library = "libcrypto";

    // OpenSSL 3 first; 1.1.1 has the same functions. Windows and macOS bring none of these, but a package manager's
    // copy is found.
    private static readonly string[] s_names =
        ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto-3-arm64.dll"];

    // In this order: the first call needs the resolver.
    static LibCrypto()
    {
        NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);
        IsPresent = Probe();
    }

    /// <summary>
    /// Whether the library is there and has Ed25519; asks the system once, when the type is first used.
    /// </summary>
    public static bool IsPresent { get; }

    /// <summary>The names that are tried, for the message that says none of them was found.</summary>
    public static string Names => string.Join(", ", s_names);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    internal static partial KeyHandle NewPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    internal static partial KeyHandle NewPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    internal static partial int GetPublicKey(KeyHandle key, Span<byte> destination, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    internal static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    internal static partial DigestHandle NewDigest();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    internal static partial void FreeDigest(nint digest);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    internal static partial int SignInit(DigestHandle digest, nint context, nint type, nint engine, KeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    internal static partial int Sign(
        DigestHandle digest,
        Span<byte> signature,
        ref nuint signatureLength,
        ReadOnlySpan<byte> message,
        nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    internal static partial int VerifyInit(DigestHandle digest, nint context, nint type, nint engine, KeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    internal static partial int Verify(
        DigestHandle digest,
        ReadOnlySpan<byte> signature,
        nuint signatureLength,
        ReadOnlySpan<byte> message,
        nuint messageLength);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    internal static partial void ClearErrors();

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in name == Library ? s_names : [])
        {
            if (NativeLibrary.TryLoad(candidate, out var library))
            {
                return library;
            }
        }

        return 0; // the runtime then tries the plain name, and throws DllNotFoundException
    }

    // The base point's own encoding is a valid public key: if it is taken, library and algorithm are there.
    private static bool Probe()
    {
        try
        {
            Span<byte> basePoint = stackalloc byte[32];
            basePoint.Fill(0x66);
            basePoint[0] = 0x58;
            using var key = NewPublicKey(Ed25519, 0, basePoint, 32);
            ClearErrors();
            return !key.IsInvalid;
        }
        catch (Exception missing) when (
            missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return false;
        }
    }
}

/// <summary>An EVP_PKEY, private or public.</summary>
internal sealed class KeyHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }
}

/// <summary>An EVP_MD_CTX.</summary>
internal sealed class DigestHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeDigest(handle);
        return true;
    }
}
