namespace Sallyport.Mcp;

/// <summary>The part of a fact's definition that a mistake is in, so that it can be told at its own line.</summary>
internal enum FactPart
{
    /// <summary>What policies call it.</summary>
    Name,

    /// <summary>The patterns of tools.</summary>
    Tools,

    /// <summary>Where it begins.</summary>
    Path,

    /// <summary>What it does.</summary>
    Steps,

    /// <summary>What it gives.</summary>
    Type,
}

/// <summary>One mistake in a fact's definition.</summary>
/// <param name="Part">Where.</param>
/// <param name="Index">Of the steps: which one, from 0.</param>
/// <param name="Detail">What is wrong, as the end of a sentence.</param>
/// <param name="Mend">What to do.</param>
internal sealed record FactMistake(FactPart Part, int Index, string Detail, string Mend);
