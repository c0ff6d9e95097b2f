#!/bin/sh
# A user's translation unit is given no kernel interface, no Boost and no intrinsics by ours.
. "$(dirname "$0")/setting.sh"

fresh
echo '#include <sluice/sluice.hpp>' >"$mine/user.cpp"

# shellcheck disable=SC2086
"$CXX" ${CXXFLAGS:-} -std=c++20 -I"$SOURCE/include" -M "$mine/user.cpp" | tr -s ' \\' '\n' \
  >"$mine/included"
grep -q '/sluice/producer.hpp$' "$mine/included" || fail "reads another list"
! grep -E '/(boost|fmt|nlohmann|CLI)/|/linux/(futex|membarrier)\.h|/sys/(mman|inotify|epoll)\.h|intrin\.h' \
  "$mine/included" || fail "a user's translation unit includes these"

grep '/include/sluice/' "$mine/included" | while read -r header; do
  ! grep -nE '#[[:space:]]*include[[:space:]]*[<"]((linux|asm|sys)/|(fcntl|unistd|pthread|sched|signal)\.h)' \
    "$header" || fail "$header includes a header of the kernel"
done
