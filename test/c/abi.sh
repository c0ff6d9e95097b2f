#!/bin/sh
# The functions of bindings/c/symbols.txt and the types of sluice.h are those that programs were
# compiled with: bindings/c/sluice.abi. Usage: abi.sh [--accept]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
reference=$root/bindings/c/sluice.abi
accept="test/c/abi.sh --accept, once programs that were compiled before are known to go on"

command -v abidiff >/dev/null || { echo "skipped: no abidiff, of Debian's abigail-tools"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "skipped: the reference is that of x86_64"; exit 77; }

# A C compiler at its default tells the types, whatever the library itself was compiled by and with.
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
{
  echo '#include "sluice.h"'
  sed 's/.*/__typeof__(\&&) type_of_&;/' "$root/bindings/c/symbols.txt"
  sed -nE 's/^enum (\w+) .*/enum \1 value_of_\1;/p' "$root"/include/sluice/c/*.h
} >"$work/sluice.c"
cd "$work"
"${CC:-cc}" -std=gnu11 -g -fPIC -shared -I "$root/include" sluice.c -o sluice.so

if [ "${1:-}" = --accept ]; then
  abidw --no-show-locs --no-corpus-path --no-comp-dir-path --out-file "$reference" sluice.so
  exit
fi
abidiff "$reference" sluice.so || { echo "the ABI has changed; if that is right: $accept"; exit 1; }
