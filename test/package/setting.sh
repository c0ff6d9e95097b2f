# Sourced by the tests beside it. What the build tells them: SOURCE, BUILD, WORK, LIBDIR, CMAKE and
# the compiler with its flags, so that an instrumented library meets instrumented users.
set -eu
: "${SOURCE:?}" "${BUILD:?}" "${WORK:?}" "${LIBDIR:?}" "${CMAKE:?}" "${CXX:?}"

name=$(basename "$0" .sh)
prefix=$WORK/prefix
outside=$SOURCE/test/package/outside
mine=$WORK/$name

fail() {
  echo "$name: $*" >&2
  exit 1
}

# An empty folder for this test.
fresh() {
  rm -rf "$mine"
  mkdir -p "$mine"
}
