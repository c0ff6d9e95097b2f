#!/bin/sh
# find_package gives sluice::sluice, and the library's own dependencies stay its own.
. "$(dirname "$0")/setting.sh"

fresh
"$CMAKE" -S "$outside" -B "$mine" -DOUTSIDE_USES=package -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON
"$CMAKE" --build "$mine"
"$mine/outside"
for program in outside_shared outside_c; do
  [ ! -x "$mine/$program" ] || "$mine/$program"
done
