#!/usr/bin/env bash
# One producer, its consumers and an operator, each in a process of its own.
# usage: demo.sh BUILD_FOLDER [ROUNDS]   (the folder with examples/ and tools/ in it)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: demo.sh BUILD_FOLDER [ROUNDS]}
rounds=${2:-1000}
segment=flights-demo-$$
out=$(mktemp -d)
running=()

# No process and no segment stays behind, however the demo ends.
clean_up() {
  ((${#running[@]} == 0)) || kill "${running[@]}" 2>/dev/null || true
  rm -rf "$out" "/dev/shm/$segment"
}
trap clean_up EXIT

# start READER [ARGUMENT...] keeps what the reader prints for the end.
start() {
  "$build/examples/$1" "$segment" "${@:2}" >"$out/$1" &
  running+=($!)
}

publish() {
  "$build/examples/publish_flights" "$segment" "$here/flights.csv" "$@"
}

# finish waits for what was started, and fails with it.
finish() {
  local process
  for process in "${running[@]}"; do wait "$process"; done
  running=()
  "$build/tools/shm-rm" "$segment"
}

# look keeps what shm-dump shows once 10,000 flights have gone by.
look() {
  local tries
  for ((tries = 0; tries < 1000; ++tries)); do
    if "$build/tools/shm-dump" "$segment" --last 2 >"$out/look" 2>&1 &&
      grep -Eq '^  published +[0-9]{5,}$' "$out/look"; then
      return
    fi
    sleep 0.02
  done
  cat "$out/look" >&2
  return 1
}

flights=$(($(wc -l <"$here/flights.csv") - 1))

echo "$flights flights to three readers and a journal:"
start late_airports
start long_routes
start count_flights
start journal_flights "$out/flights.csv"
publish --await late,long,count,journal
finish
cat "$out"/{late_airports,long_routes,count_flights,journal_flights}
cmp "$here/flights.csv" "$out/flights.csv" || {
  echo "the journal differs from flights.csv" >&2
  exit 1
}
echo "the journal and flights.csv are identical, byte for byte ($(wc -c <"$out/flights.csv") bytes)"

echo
echo "The same $rounds times round:"
start late_airports
start long_routes
start count_flights
look &
running+=($!)
publish --rounds "$rounds" --await late,long,count
finish
grep -h ' read ' "$out"/{late_airports,long_routes}
cat "$out/count_flights"

echo
echo "What an operator saw meanwhile (shm-dump $segment --last 2):"
cat "$out/look"

echo
echo "The lines of flights.csv as messages, to two pipes, one of which is ended and begun again:"
subscribe() {
  "$build/tools/shm-sub" "$segment" --within 60 --hold --name "$1" "${@:2}"
}
subscribe whole >"$out/whole" &
running+=($!)
{ subscribe parts --count 5000; subscribe parts; } >"$out/parts" &
running+=($!)
"$build/tools/shm-pub" "$segment" --payload 65536 --wait-for whole --wait-for parts \
  <"$here/flights.csv"
finish
for pipe in whole parts; do cmp "$here/flights.csv" "$out/$pipe"; done
echo "both wrote flights.csv, byte for byte"

grep -q "^counted $((flights * rounds)) flights .* 0 gaps$" "$out/count_flights" || {
  echo "flights were lost: expected $((flights * rounds))" >&2
  exit 1
}
