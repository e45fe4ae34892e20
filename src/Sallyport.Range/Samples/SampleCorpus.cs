using Sallyport.Range.Corpus;

namespace Sallyport.Range.Samples;

/// <summary>The network that ships with the range.</summary>
internal static class SampleCorpus
{
    public static LoadedCorpus Load()
    {
        var report = new LoadReport();
        return new LoadedCorpus(new CorpusBuilder(report).Build(), report, "samples");
    }
}
