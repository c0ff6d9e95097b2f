#!/bin/sh
# The build tree installs itself into a prefix that nobody named when it was configured.
. "$(dirname "$0")/setting.sh"

rm -rf "$prefix"
"$CMAKE" --install "$BUILD" --prefix "$prefix"

for file in include/sluice/sluice.hpp "$LIBDIR/libsluice.a" "$LIBDIR/pkgconfig/sluice.pc" \
  "$LIBDIR/cmake/sluice/sluiceConfig.cmake"; do
  [ -f "$prefix/$file" ] || fail "not installed: $file"
done
! grep -rn "$SOURCE" "$prefix/$LIBDIR/cmake" "$prefix/$LIBDIR/pkgconfig" ||
  fail "what is installed knows where it was built"
[ ! -x "$BUILD/tools/shm-dump" ] || "$prefix/bin/shm-dump" --version
