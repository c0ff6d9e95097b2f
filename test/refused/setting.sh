# Sourced by the tests beside it. What the build tells them: SOURCE, and the compiler with its flags.
set -eu
: "${SOURCE:?}" "${CXX:?}"

name=$(basename "$0" .sh)
messages=

fail() {
  printf '%s: %s\n%s\n' "$name" "$*" "$messages" >&2
  exit 1
}

# compiles NAME=VALUE: the source beside the test, with that macro.
compiles() {
  # shellcheck disable=SC2086
  messages=$("$CXX" ${CXXFLAGS:-} -std=c++20 -fsyntax-only -Wall -Wextra -Werror \
    -I"$SOURCE/include" -D"$1" "$SOURCE/test/refused/$name.cpp" 2>&1)
}

takes() {
  compiles "$1" || fail "refused, though nothing is wrong with it: $1"
}

# refuses NAME=VALUE REASON: the compiler gives that reason, a pattern.
refuses() {
  ! compiles "$1" || fail "taken: $1"
  echo "$messages" | grep -qE "$2" || fail "refused for another reason than '$2': $1"
}
