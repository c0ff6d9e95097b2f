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
export LD_LIBRARY_PATH="$mine/moved/$LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
"$mine/outside"

# From C, without the C++ compiler; from C++ with the static library too.
[ -f "$mine/moved/$LIBDIR/libsluice.so" ] || exit 0
case ${CXXFLAGS:-} in *-fsanitize*) exit 0 ;; esac
# shellcheck disable=SC2046
"${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Werror -D_POSIX_C_SOURCE=200809L "$outside/main.c" \
  $(pkg-config --cflags --libs sluice) -o "$mine/outside_c"
"$mine/outside_c"
readelf -d "$mine/outside_c" | grep -q 'NEEDED.*\[libsluice\.so\.0\]' ||
  fail "a program needs the library by another name than libsluice.so.0"
# shellcheck disable=SC2046,SC2086
"$CXX" ${CXXFLAGS:-} -std=c++20 "$outside/main.cpp" $(pkg-config --cflags sluice) \
  "$mine/moved/$LIBDIR/libsluice.a" -pthread -o "$mine/outside_static"
"$mine/outside_static"
"$mine/outside"
