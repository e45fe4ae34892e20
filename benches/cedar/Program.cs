using System.Globalization;
using Sallyport.Cedar.Differential.Typed;
using Sallyport.Cedar.Differential.Untyped;

// Started by differential.sh.
//   untyped FIRST-SEED SETS              writes cases with our answers, for compare.js
//   typed FIRST-SEED SETS ROOT MODULES   compares cases that have a schema; exit code 1 at a difference
var (first, count) = (int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2],
    CultureInfo.InvariantCulture));
if (args[0] == "typed")
{
    return TypedComparison.Run(first, count, args[3], args[4]) ? 0 : 1;
}

UntypedCases.Write(first, count);
return 0;
