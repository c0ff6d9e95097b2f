#!/usr/bin/env bash
# One producer, three consumers and an operator, each in a process of its own.
# usage: demo.sh BUILD_FOLDER   (the one that has examples/ and tools/ in it)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: demo.sh BUILD_FOLDER}
segment=flights-demo-$$
out=$(mktemp -d)
trap 'rm -rf "$out" "/dev/shm/$segment"' EXIT

readers=()
for reader in late_airports long_routes count_flights; do
  "$build/examples/$reader" "$segment" >"$out/$reader" &
  readers+=($!)
done
"$build/examples/publish_flights" "$segment" "$here/flights.csv"
for reader in "${readers[@]}"; do wait "$reader"; done
cat "$out"/*

echo
echo "What an operator sees (shm-dump $segment --last 2):"
"$build/tools/shm-dump" "$segment" --last 2

flights=$(($(wc -l <"$here/flights.csv") - 1))
grep -q "counted $flights flights .* 0 gaps" "$out/count_flights" || {
  echo "flights were lost: expected $flights" >&2
  exit 1
}
