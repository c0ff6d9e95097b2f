#!/bin/sh
# The prefix that the tests shared goes, whatever became of them.
. "$(dirname "$0")/setting.sh"

rm -rf "$prefix"
