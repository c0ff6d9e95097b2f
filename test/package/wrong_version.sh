#!/bin/sh
# A version that is not compatible is refused: another minor version, while the major is 0.
. "$(dirname "$0")/setting.sh"

fresh
for version in 0.2 1.0 0.0.9; do
  if "$CMAKE" -S "$outside" -B "$mine/$version" -DOUTSIDE_USES=package \
    -DOUTSIDE_VERSION="$version" -DCMAKE_PREFIX_PATH="$prefix" >"$mine/log" 2>&1; then
    fail "version $version was accepted"
  fi
  grep -q 'considered but not accepted' "$mine/log" || {
    cat "$mine/log" >&2
    fail "version $version was refused for another reason"
  }
done
