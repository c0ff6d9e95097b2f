#!/usr/bin/env bash
# check.sh holds|breaks MODEL [-DNAME[=VALUE]...]
#
# Searches every state of a model with spin. `holds`: no assertion fails, and nobody is left waiting
# that should not be. `breaks`: spin finds one of the two; this is for models broken on purpose.
# 0 as expected, 1 otherwise, 2 when there was no complete search to judge.
set -euo pipefail

expected=$1
model=$(readlink -f "$2")
shift 2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

unjudged() {
  echo "$1" >&2
  cat ./*.log >&2
  exit 2
}

cp "$model" model.pml
spin "$@" -a model.pml >spin.log 2>&1 || unjudged "spin refuses the model"
[[ -f pan.c ]] || unjudged "spin wrote no verifier"
optimization=-O2
[[ $expected == holds ]] || optimization=-O0 # breaks early: most of the time would be the compiler's
${CC:-gcc} $optimization -w -DSAFETY -DMEMLIM=4000 -o pan pan.c >gcc.log 2>&1 ||
  unjudged "the verifier does not compile"
./pan -m1000000 >pan.log 2>&1 || unjudged "the verifier does not run"

grep -q '^State-vector' pan.log || unjudged "the verifier has no result"
errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.log)
states=$(sed -n 's/^ *\([0-9e+.]*\) states, stored.*/\1/p' pan.log)
seconds=$(sed -n 's/.*elapsed time \([0-9.e+-]*\) seconds.*/\1/p' pan.log)

if ((errors == 0)); then
  grep -qE 'search depth too small|not completed|out of memory|hash conflicts.*aborted' pan.log &&
    unjudged "the search is not complete"
  found=holds
else
  grep -qE '^pan:.*(assertion violated|invalid end state)' pan.log ||
    unjudged "an error of another kind"
  found=breaks
fi

echo "$found: ${states:-?} states, ${seconds:-?} s"
grep '^pan:' pan.log || true
[[ $found == "$expected" ]] && exit 0
[[ $found == breaks ]] && spin "$@" -t -p -g model.pml | tail -n 40
exit 1
