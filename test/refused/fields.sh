#!/bin/sh
# A field that means nothing in another process, or that nobody could write, does not compile.
. "$(dirname "$0")/setting.sh"

for member in number numbers prices part.number 'parts[1].number' part; do
  takes "MEMBER=$member"
done

elsewhere='a pointer or reference means nothing in another process'
for member in pointer text pointers arrayOfPointers memberPointer function part.pointer \
  'parts[1].pointer'; do
  refuses "MEMBER=$member" "$elsewhere"
done
refuses REFERENCE=reference "$elsewhere"
for member in constant constants; do
  refuses "MEMBER=$member" 'a const member cannot be written in place'
done
refuses MEMBER=changing 'a volatile member adds nothing'
