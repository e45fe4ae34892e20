namespace Sallyport.Cedar.Differential.Typed;

/// <summary>Policies and templates in human syntax, from a seed.</summary>
internal sealed class PolicyText(Random random, SchemaModel model, bool mayBeBig)
{
    /// <summary>A policy; a template with one slot or two where that is asked for.</summary>
    public string Make(bool isTemplate)
    {
        var action = model.Actions[random.Next(model.Actions.Length)];
        var expressions = new ExprText(random, model)
        {
            MayBeBig = mayBeBig,
            Principal = Pick(action.Principals),
            Resource = Pick(action.Resources),
            Context = action.Context,
        };
        var slots = isTemplate ? 1 + random.Next(3) : 0;
        var annotation = random.Next(6) == 0 ? $"@id({CedarText.Quote(Pick(Values.Texts))}) @if " : "";
        var effect = random.Next(3) == 0 ? "forbid" : "permit";
        var principal = Scope("principal", expressions.Principal, (slots & 1) != 0);
        var resource = Scope("resource", expressions.Resource, (slots & 2) != 0);
        var conditions = Enumerable.Range(0, random.Next(4) == 0 ? 0 : 1 + random.Next(2))
            .Select(_ => $" {(random.Next(4) == 0 ? "unless" : "when")}"
                + $" {{ {expressions.Bool(2 + random.Next(3)).Text} }}").ToArray();
        return $"{annotation}{effect}({principal}, {ActionScope(action)}, {resource}){string.Concat(conditions)};";
    }

    private string Scope(string variable, string type, bool hasSlot)
    {
        var own = hasSlot ? $"?{variable}" : Uid(type);
        var container = hasSlot ? $"?{variable}" : Uid(model.Find(type).MemberOf ?? type);
        return random.Next(hasSlot ? 3 : 9) switch
        {
            0 => $"{variable} == {own}",
            1 => $"{variable} in {container}",
            2 => $"{variable} is {type} in {container}",
            3 or 4 or 5 or 6 => $"{variable} is {type}",
            _ => variable,
        };
    }

    private string ActionScope(ModelAction action) => random.Next(8) switch
    {
        0 => "action",
        1 => $"action in {Action(Pick(SchemaModel.ActionGroups))}",
        2 => $"action in [{Action(action.Id)}, {Action(Pick(SchemaModel.ActionGroups))}]",
        3 => $"action in [{Action(action.Id)}]",
        _ => $"action == {Action(action.Id)}",
    };

    private string Action(string id) => $"{model.ActionType}::{CedarText.Quote(id)}";

    private string Uid(string type) => Values.Uid(random, model, type);

    private string Pick(IReadOnlyList<string> choices) => choices[random.Next(choices.Count)];
}
