# Sourced by the tests beside it. What the build tells them: SOURCE, BUILD, WORK, LIBDIR, VERSION,
# CMAKE and the compiler with its flags, so that an instrumented library meets instrumented users.
set -eu
: "${SOURCE:?}" "${BUILD:?}" "${WORK:?}" "${LIBDIR:?}" "${VERSION:?}" "${CMAKE:?}" "${CXX:?}"

name=$(basename "$0" .sh)
prefix=$WORK/prefix
outside=$SOURCE/test/package/outside
mine=$WORK/$name

fail() {
  echo "$name: $*" >&2
  exit 1
}

# An empty folder for this test, which goes with it.
fresh() {
  trap 'rm -rf "$mine"' EXIT
  trap 'exit 1' HUP INT TERM
  rm -rf "$mine"
  mkdir -p "$mine"
}
