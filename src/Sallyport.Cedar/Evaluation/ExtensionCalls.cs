using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Evaluation;

/// <summary>What the functions of the extension types do.</summary>
internal static class ExtensionCalls
{
    public static Value Call(EvaluationState state, Expr.Call at, ReadOnlySpan<Value> arguments)
    {
        var function = at.Function;
        if (arguments.Length != function.Parameters.Length)
        {
            return state.Fail(EvaluationErrorKind.ArgumentCount, at);
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Kind != function.Parameters[i])
            {
                return state.FailType(at, $"a {function.Parameters[i].Name()}", arguments[i]);
            }
        }

        return function.IsConstructor
            ? Construct(state, at, arguments[0])
            : Method(state, at, arguments[0], arguments.Length > 1 ? arguments[1] : default);
    }

    /// <summary>For calls outside of any policy, as in an entity's attributes.</summary>
    public static bool TryCall(
        ExtensionFunction function, ReadOnlySpan<Value> arguments, out Value value, out string fault)
    {
        var state = new EvaluationState();
        value = Call(state, new Expr.Call(function, []), arguments);
        fault = !value.IsFailure ? "" : state.Fault.Kind switch
        {
            EvaluationErrorKind.ExtensionText => $"{state.Fault.Subject} is no {function.Name}.",
            EvaluationErrorKind.ArgumentCount =>
                $"{function.Name} takes {function.Parameters.Length} arguments, not {arguments.Length}.",
            EvaluationErrorKind.Type =>
                $"{function.Name} takes {state.Fault.Detail}, not a {state.Fault.Subject.Kind.Name()}.",
            _ => $"The result of {function.Name} is beyond its range.",
        };
        return !value.IsFailure;
    }

    private static Value Construct(EvaluationState state, Expr.Call at, in Value argument)
    {
        var text = argument.AsString();
        return at.Function.Id switch
        {
            ExtensionFunctionId.Decimal when CedarDecimal.TryParse(text, out var value) => Value.Of(value),
            ExtensionFunctionId.Ip when IpAddress.TryParse(text, out var value) => Value.Of(value),
            ExtensionFunctionId.Datetime when CedarDatetime.TryParse(text, out var value) => Value.Of(value),
            ExtensionFunctionId.Duration when CedarDuration.TryParse(text, out var value) => Value.Of(value),
            _ => state.Fail(EvaluationErrorKind.ExtensionText, at, argument, at.Function.Result.Name()),
        };
    }

    // Long division rounds towards zero, as the specification asks of toSeconds and the like.
    private static Value Method(EvaluationState state, Expr.Call at, in Value self, in Value other) =>
        at.Function.Id switch
        {
            ExtensionFunctionId.LessThan => Value.Of(self.Bits < other.Bits),
            ExtensionFunctionId.LessThanOrEqual => Value.Of(self.Bits <= other.Bits),
            ExtensionFunctionId.GreaterThan => Value.Of(self.Bits > other.Bits),
            ExtensionFunctionId.GreaterThanOrEqual => Value.Of(self.Bits >= other.Bits),
            ExtensionFunctionId.IsIpv4 => Value.Of(self.AsIpAddress().IsIpv4),
            ExtensionFunctionId.IsIpv6 => Value.Of(!self.AsIpAddress().IsIpv4),
            ExtensionFunctionId.IsLoopback => Value.Of(self.AsIpAddress().IsLoopback),
            ExtensionFunctionId.IsMulticast => Value.Of(self.AsIpAddress().IsMulticast),
            ExtensionFunctionId.IsInRange => Value.Of(self.AsIpAddress().IsInRange(other.AsIpAddress())),
            ExtensionFunctionId.Offset =>
                self.AsDatetime().TryOffset(other.AsDuration(), out var moved) ? Value.Of(moved) : Overflow(state, at),
            ExtensionFunctionId.DurationSince =>
                self.AsDatetime().TryDurationSince(other.AsDatetime(), out var duration)
                    ? Value.Of(duration)
                    : Overflow(state, at),
            ExtensionFunctionId.ToDate =>
                self.AsDatetime().TryToDate(out var date) ? Value.Of(date) : Overflow(state, at),
            ExtensionFunctionId.ToTime => Value.Of(self.AsDatetime().ToTime()),
            ExtensionFunctionId.ToMilliseconds => Value.Of(self.Bits),
            ExtensionFunctionId.ToSeconds => Value.Of(self.Bits / 1_000),
            ExtensionFunctionId.ToMinutes => Value.Of(self.Bits / 60_000),
            ExtensionFunctionId.ToHours => Value.Of(self.Bits / 3_600_000),
            ExtensionFunctionId.ToDays => Value.Of(self.Bits / 86_400_000),
            ExtensionFunctionId.Decimal or ExtensionFunctionId.Ip
                or ExtensionFunctionId.Datetime or ExtensionFunctionId.Duration =>
                throw new InvalidOperationException($"'{at.Function}' is a constructor."),
        };

    private static Value Overflow(EvaluationState state, Expr at) => state.Fail(EvaluationErrorKind.Overflow, at);
}
