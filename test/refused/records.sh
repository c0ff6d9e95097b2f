#!/bin/sh
# A record that is no plain bytes, or that nobody could write in place, does not compile.
. "$(dirname "$0")/setting.sh"

for record in Plain WithoutDefault std::uint64_t; do
  takes "RECORD=$record"
done

refuses RECORD=WithConst 'a const or reference member cannot be written in place'
refuses RECORD=WithReference 'a const or reference member cannot be written in place'
refuses RECORD=WithString 'copied between processes byte by byte'
refuses RECORD=Pointer 'a pointer means nothing in another process'
refuses RECORD=Constant 'give the type without const'
refuses RECORD=Volatile 'give the type without const'
