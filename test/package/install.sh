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
if [ -f "$BUILD/bindings/c/libsluice.so" ]; then
  for file in include/sluice.h include/sluice/c/producer.h "$LIBDIR/libsluice.so" \
    "$LIBDIR/libsluice.so.0" "$LIBDIR/libsluice.so.$VERSION"; do
    [ -f "$prefix/$file" ] || fail "not installed: $file"
  done
fi
if [ -f "$BUILD/bindings/c/libsluice.so" ] && [ -x "$BUILD/tools/shm-sub" ]; then
  ldd "$prefix/bin/shm-sub" | grep -q "libsluice.so.0 => $prefix/" ||
    fail "shm-sub does not find the libsluice.so.0 beside it"
fi
[ ! -x "$BUILD/tools/shm-dump" ] || "$prefix/bin/shm-dump" --version
