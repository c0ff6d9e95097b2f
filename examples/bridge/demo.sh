#!/usr/bin/env bash
# Flights from one machine to another over NATS, where two directories stand for the machines.
# usage: demo.sh BUILD_FOLDER [ROUNDS]   (the folder with examples/ and tools/ in it)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: demo.sh BUILD_FOLDER [ROUNDS]}
rounds=${2:-20}
flights=$here/../flights/flights.csv
machines=/dev/shm/bridge-demo-$$
one=$machines/one
other=$machines/other
out=$(mktemp -d)
running=()

# No process, server or segment stays behind, however the demo ends.
clean_up() {
  ((${#running[@]} == 0)) || kill -9 "${running[@]}" 2>/dev/null || true
  rm -rf "$out" "$machines"
}
trap clean_up EXIT
mkdir -p "$one" "$other"

start() {
  "$@" &
  running+=($!)
}

# start_server begins it, or begins it again on the port that it had.
start_server() {
  mkdir -p "$out/ports"
  rm -f "$out/ports"/*
  start nats-server --addr 127.0.0.1 --port "${port:--1}" --jetstream --store_dir "$out/store" \
    --ports_file_dir "$out/ports" --log "$out/server.log"
  server=$!
  local tries
  for ((tries = 0; tries < 500; ++tries)); do
    port=$(sed -n 's/.*"nats":\["nats:\/\/[^"]*:\([0-9]*\)".*/\1/p' "$out/ports"/*.ports \
      2>/dev/null) || true
    [[ -z $port ]] || return 0
    sleep 0.02
  done
  cat "$out/server.log" >&2
  return 1
}

# The first flights have come to the journal, and most have not.
wait_for_flights() {
  local tries
  for ((tries = 0; tries < 3000; ++tries)); do
    [[ ! -f $out/flights.csv ]] || (($(wc -l <"$out/flights.csv") < 2)) || return 0
    sleep 0.01
  done
  echo "no flight comes to the journal" >&2
  return 1
}

# say_and_start COMMAND... shows it as a user would type it.
say_and_start() {
  echo "  $ ${*/#$build\/*\//}"
  start "$@"
}

port=
echo "a nats-server with file storage:"
start_server
url=nats://127.0.0.1:$port
echo "  $url"

echo "at one machine:"
say_and_start "$build/tools/shm-bridge" out flights --stream FLIGHTS --nats "$url" \
  --directory "$one" --within 60
sender=$!
echo "at the other one:"
say_and_start "$build/tools/shm-bridge" in FLIGHTS --ring flights --nats "$url" \
  --directory "$other" --within 60 --wait-for journal
receiver=$!
say_and_start "$build/examples/journal_flights" flights "$out/flights.csv" --directory "$other"
journal=$!

echo "the flights, $rounds times round; the server is killed meanwhile, and started again:"
start "$build/examples/publish_flights" flights "$flights" --directory "$one" --await bridge \
  --rounds "$rounds"
publisher=$!
wait_for_flights
kill -9 "$server"
wait "$server" 2>/dev/null || true
start_server

for process in "$publisher" "$sender" "$receiver" "$journal"; do wait "$process"; done
kill "$server"
wait "$server" 2>/dev/null || true
running=()

{
  head -n 1 "$flights"
  for ((i = 0; i < rounds; ++i)); do tail -n +2 "$flights"; done
} >"$out/expected.csv"
cmp "$out/expected.csv" "$out/flights.csv" || {
  echo "the journal at the other machine differs from what was published" >&2
  exit 1
}
echo "the journal at the other machine and the flights are identical, byte for byte" \
  "($(wc -c <"$out/flights.csv") bytes, $(($(wc -l <"$out/flights.csv") - 1)) flights)"
