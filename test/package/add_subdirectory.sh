#!/bin/sh
# As a part of another project it changes nothing there, and builds nothing but the library.
. "$(dirname "$0")/setting.sh"

fresh
"$CMAKE" -S "$outside" -B "$mine" -DOUTSIDE_USES=subdirectory -DOUTSIDE_SLUICE="$SOURCE"
"$CMAKE" --build "$mine" --parallel 2
"$mine/outside"

"$CMAKE" --install "$mine" --prefix "$mine/installed"
[ ! -e "$mine/installed" ] || fail "installs itself with a project that did not ask for it"
