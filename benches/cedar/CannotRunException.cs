namespace Sallyport.Bench;

/// <summary>What the shared <see cref="Policy.OfficialEngine"/> throws where Node is not usable.</summary>
internal sealed class CannotRunException(string what, string mend) : Exception($"{what} {mend}");
