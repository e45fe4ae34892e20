#!/bin/sh
# Compares this engine with the official one (WebAssembly, Node) over generated multi-policy sets; exit code 0 means no difference.
# Usage: benches/cedar/differential.sh [first-seed=1] [sets=2000]      Needs node and npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
modules="$root/artifacts/cedar-wasm"
mkdir -p "$modules"
if [ ! -d "$modules/node_modules/@cedar-policy/cedar-wasm" ]; then
  (cd "$modules" && npm install --silent --no-fund --no-audit --no-save --prefix . @cedar-policy/cedar-wasm@4.13.0)
fi
dotnet build -c Release -v q "$here/Sallyport.Cedar.Differential.csproj" >&2
"$root/artifacts/bin/Sallyport.Cedar.Differential/release/Sallyport.Cedar.Differential" "${1:-1}" "${2:-2000}" \
  | node "$here/compare.js" "$modules/node_modules"
