#!/bin/sh
# Compares this engine with the official one (WebAssembly in Node) over generated policy sets. Needs node and npm.
# Usage: benches/cedar/differential.sh [first-seed=1] [untyped-sets=1500] [typed-sets=4000]      The defaults take about 5 minutes.
# The last line has the counts. Exit code 0: no difference. 1: differences, printed before. 2: usage. 4: node or npm is not here.
set -u
case "${1:-}" in -h | --help) sed -n '2,4s/^# //p' "$0"; exit 0 ;; esac
first=${1:-1} untyped=${2:-1500} typed=${3:-4000}
case "$first$untyped$typed" in *[!0-9]*) sed -n '3s/^# //p' "$0" >&2; exit 2 ;; esac
for program in node npm; do
  command -v "$program" >/dev/null || { echo "differential.sh needs $program; without it there is nothing to compare with" >&2; exit 4; }
done
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
modules="$root/artifacts/cedar-wasm"
mkdir -p "$modules"
if [ ! -d "$modules/node_modules/@cedar-policy/cedar-wasm" ]; then
  (cd "$modules" && npm install --silent --no-fund --no-audit --no-save --prefix . @cedar-policy/cedar-wasm@4.13.0) || exit 4
fi
dotnet build -c Release -v q --nologo "$here/Sallyport.Cedar.Differential.csproj" >&2 || exit 70
ours="$root/artifacts/bin/Sallyport.Cedar.Differential/release/Sallyport.Cedar.Differential"
failed=0
counts=$("$ours" untyped "$first" "$untyped" | node "$here/compare.js" "$modules/node_modules" "$untyped") || failed=1
echo "$counts"
typed_counts=$("$ours" typed "$first" "$typed" "$root" "$modules") || failed=1
echo "$typed_counts"
if [ "$failed" -eq 0 ]; then verdict="no difference"; else verdict="DIFFERENT, or the run broke off"; fi
echo "$verdict: $counts; $typed_counts"
exit "$failed"
