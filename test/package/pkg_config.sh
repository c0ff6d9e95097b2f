#!/bin/sh
# pkg-config and a compiler are enough, also after the prefix was moved.
. "$(dirname "$0")/setting.sh"

fresh
cp -R "$prefix" "$mine/moved"
export PKG_CONFIG_PATH="$mine/moved/$LIBDIR/pkgconfig"
[ "$(pkg-config --modversion sluice)" = "$VERSION" ] || fail "another version"
# shellcheck disable=SC2046,SC2086
"$CXX" ${CXXFLAGS:-} -std=c++20 "$outside/main.cpp" $(pkg-config --cflags --libs sluice) \
  -o "$mine/outside"
"$mine/outside"
