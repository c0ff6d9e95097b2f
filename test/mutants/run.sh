#!/usr/bin/env bash
# Breaks the protocol in one line at a time, and looks whether a named test sees it.
# usage: run.sh SOURCE BUILD [--sample N] [NAME...]
#
# mutants.txt has one block for each break, with empty lines between them:
#   name   what it is called
#   why    what is broken
#   label  of docs/memory-model.md, where it breaks an access that has one
#   file   which is changed
#   old    a text of that file, of which every occurrence is replaced
#   new    by this text
#   test   a source below test, and the filter of the tests that see it
set -euo pipefail
source=$(readlink -f "$1") build=$2
shift 2
sample=0
if [[ ${1:-} == --sample ]]; then
  sample=$2
  shift 2
fi
wanted=("$@")

mkdir -p "$build"
build=$(readlink -f "$build")
tree=$build/tree
rm -rf "$tree"
mkdir "$tree"
# With new times, or what was built from the last break would pass for up to date.
cp -r "$source"/{CMakeLists.txt,cmake,docs,include,src,test} "$tree"

# The slice is long, so that it hides nothing; what is not ended by then is broken.
patience=40

declare -A field=()
names=() blocks=()
read_block() {
  local line key
  field=()
  while IFS= read -r line; do
    [[ $line == *:* ]] || continue
    key=${line%%:*}
    field[$key]=${line#*: }
    [[ ${field[$key]} == "$line" ]] && field[$key]=
  done <<<"$1"
  return 0
}

block=
while IFS= read -r line || [[ -n $line ]]; do
  [[ $line == '#'* ]] && continue
  if [[ -n $line ]]; then
    block+=$line$'\n'
  elif [[ -n $block ]]; then
    blocks+=("$block")
    block=
  fi
done <"$source/test/mutants/mutants.txt"
[[ -z $block ]] || blocks+=("$block")

chosen=()
for i in "${!blocks[@]}"; do
  read_block "${blocks[i]}"
  if ((${#wanted[@]})); then
    for name in "${wanted[@]}"; do
      [[ $name == "${field[name]}" ]] && chosen+=("$i")
    done
  else
    chosen+=("$i")
  fi
done
if ((sample > 0 && sample < ${#chosen[@]})); then
  # Others for each commit, and the same each time for one.
  start=$(($(git -C "$source" rev-parse --short=7 HEAD 2>/dev/null | sed 's/^/0x/') % ${#chosen[@]}))
  step=$((${#chosen[@]} / sample))
  some=()
  for ((k = 0; k < sample; k++)); do
    some+=("${chosen[(start + k * step) % ${#chosen[@]}]}")
  done
  chosen=("${some[@]}")
fi
((${#chosen[@]})) || { echo "mutants: none of that name" >&2; exit 2; }

sources=()
for i in "${chosen[@]}"; do
  read_block "${blocks[i]}"
  sources+=("${field[test]%% *}")
done
mapfile -t sources < <(printf '%s\n' "${sources[@]}" | sort -u)
cmake -S "$tree" -B "$build/cmake" -G Ninja --log-level=NOTICE -DCMAKE_BUILD_TYPE= \
  -DCMAKE_CXX_FLAGS="-O1 -g0" -DSLUICE_BUILD_TOOLS=OFF \
  -DSLUICE_BUILD_SHARED=OFF -DSLUICE_INSTALL=OFF \
  "-DSLUICE_MUTANT_TESTS=$(IFS=';'; echo "${sources[*]}")" >/dev/null

# target SOURCE: the program of that test source alone.
target() {
  local name=${1%.cpp}
  echo "mutant_${name//\//_}"
}

# passes SOURCE FILTER
passes() {
  local log=$build/output.txt status=0
  timeout -k 5 "$patience" bash -c 'echo $$ >"$1"; shift; exec "$@"' - "$build/pid" \
    "$build/cmake/$(target "$1")" --gtest_brief=1 --gtest_filter="$2" >"$log" 2>&1 || status=$?
  # A test that is killed cannot clean up.
  rm -rf "/dev/shm/sluice-test-$(<"$build/pid")-"* "/dev/shm/sluice-test-directory-$(<"$build/pid")-"*
  ((status == 0)) && grep -qE '^\[  PASSED  \] [1-9]' "$log"
}

failed=0
for i in "${chosen[@]}"; do
  read_block "${blocks[i]}"
  read -r test filter <<<"${field[test]}"
  if ! cmake --build "$build/cmake" --target "$(target "$test")" >"$build/build.txt" 2>&1; then
    cat "$build/build.txt"
    exit 1
  fi
  if ! passes "$test" "$filter"; then
    echo "mutants: $test $filter fails without a break:" >&2
    tail -n 20 "$build/output.txt" >&2
    failed=$((failed + 1))
  fi
done

for i in "${chosen[@]}"; do
  read_block "${blocks[i]}"
  read -r test filter <<<"${field[test]}"
  path=$tree/${field[file]}
  text=$(<"$path")
  if [[ $text != *"${field[old]}"* ]]; then
    echo "STALE     ${field[name]}: not in ${field[file]}: ${field[old]}"
    failed=$((failed + 1))
    continue
  fi
  printf '%s\n' "${text//"${field[old]}"/"${field[new]}"}" >"$path"
  if ! cmake --build "$build/cmake" --target "$(target "$test")" >"$build/build.txt" 2>&1; then
    echo "NO BUILD  ${field[name]}"
    tail -n 5 "$build/build.txt"
    failed=$((failed + 1))
  elif passes "$test" "$filter"; then
    echo "SURVIVED  ${field[name]}: ${field[why]} ($test $filter)"
    failed=$((failed + 1))
  else
    echo "seen      ${field[name]}"
  fi
  printf '%s\n' "$text" >"$path"
done
echo "mutants: $((${#chosen[@]} - failed)) of ${#chosen[@]} seen"
((failed == 0))
