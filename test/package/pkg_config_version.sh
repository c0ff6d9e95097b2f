#!/bin/sh
# pkg-config refuses a version that is not the installed one.
. "$(dirname "$0")/setting.sh"

export PKG_CONFIG_PATH="$prefix/$LIBDIR/pkgconfig"
pkg-config --exact-version="$VERSION" sluice || fail "is not version $VERSION"
pkg-config --atleast-version=0.1 sluice || fail "is older than 0.1"
for wrong in --exact-version=0.2 --atleast-version=0.2 --atleast-version=1.0 --max-version=0.0.9; do
  ! pkg-config "$wrong" sluice || fail "$wrong was accepted"
done
