using Sallyport.Flow;
using Sallyport.Identity;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads a list of labels, wherever one stands.</summary>
internal static class LabelReader
{
    public static LabelSet Read(ConfigNode? node, string name, Findings findings)
    {
        var labels = new List<Label>();
        foreach (var item in Section.Items(node, $"labels of {name}", findings))
        {
            var text = Section.Text(item, $"A label of {name}", findings);
            if (Label.TryParse(text, out var label))
            {
                labels.Add(label);
            }
            else if (text is not null)
            {
                findings.Add(item.Position, $"The label {Quote(text)} is not a name", $"Write {Name.Form}");
            }
        }

        return LabelSet.Of(labels);
    }
}
