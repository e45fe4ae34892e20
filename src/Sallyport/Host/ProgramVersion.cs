using System.Reflection;

namespace Sallyport.Host;

/// <summary>The version of this program, as it is built.</summary>
internal static class ProgramVersion
{
    /// <summary>Without the commit that it is of.</summary>
    public static string Text { get; } = typeof(ProgramVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
