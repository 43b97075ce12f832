#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# hpcc timeline: drawings of recorded runs, how wide they are, what they are made of; and a job that runs here.
# HPCC_UPDATE=1 writes the drawings in golden/ anew.
update=${HPCC_UPDATE:-}
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091
. "$tests/cli/lib.bash"
unset COLUMNS
scenes=(three failed fifty thousand hostile requeued cut-off damaged)
python3 "$tests/tale/scenes.py" . "${scenes[@]}"

# No line is wider than it may be, in columns as a terminal has them.
fits() {
	python3 - "$1" "$work/out" <<'PYTHON'
import sys, unicodedata
for line in open(sys.argv[2], encoding="utf-8"):
    line = line.rstrip("\n")
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    assert width <= int(sys.argv[1]) and line == line.rstrip() and line.isprintable(), (width, line)
PYTHON
}
for i in "${!scenes[@]}"; do
	run 0 hpcc timeline "local-$((i + 1))"
	that "${scenes[i]} fits 80 columns" fits 80
	golden=$tests/tale/golden/${scenes[i]}.txt
	[ "$update" != 1 ] || cp "$work/out" "$golden"
	that "${scenes[i]} is as drawn" cmp "$work/out" "$golden"
done

# Without UTF-8 there is nothing but ASCII.
run 0 env LC_ALL=C hpcc timeline local-1
that 'nothing but ASCII' python3 -c 'import sys; open(sys.argv[1], encoding="ascii").read()' "$work/out"
out_has '#'
run 0 env -u LC_ALL LANG=en_GB.utf8 hpcc timeline local-1
out_has '█'

# As wide as the terminal; colours there, but not with NO_COLOR.
screen() { # COLUMNS [VARIABLE…]: what a terminal of that width gets
	local columns=$1
	shift
	timeout 60 script -qec "stty cols $columns; env TERM=xterm $* hpcc timeline local-1" /dev/null >"$work/screen" </dev/null
	tr -d '\r' <"$work/screen" | sed 's/\x1b\[[0-9;]*m//g' >"$work/out"
}
longest() { awk '{ if (length($0) > n) n = length($0) } END { print n }' "$work/out"; }
for columns in 40 120 200; do
	screen $columns
	that "$columns columns" fits $columns
	that "nearly all of $columns" test "$(longest)" -ge $((columns - 12))
done
that 'in colours' grep -q $'\x1b\\[32m' "$work/screen"
screen 100 NO_COLOR=1
that 'without colours' test -z "$(grep $'\x1b' "$work/screen")"

# Of a thousand those that are asked for; each on its own line.
run 0 hpcc timeline local-4 worker-7 store
that 'two of them' test "$(grep -c '^worker-7 \|^store ' "$work/out")" = 2
out_lacks 'worker*'
run 0 hpcc timeline local-4 --all
that 'all of them' test "$(grep -c '^worker-' "$work/out")" = 998
run 0 hpcc timeline local-4 worker
out_has 'worker* (996)'
run 3 hpcc timeline local-4 wroker
err_has "did you mean 'worker'"

# For programs, by the schema.
run 0 hpcc timeline local-1 --format=json
that 'JSON by the schema' python3 "$tests/tale/valid.py" "$tests/../docs/schema/tale.schema.json" "$work/out"

# Nothing has begun, nothing is known, or the script is gone.
rm .hpc-compose/local-1/events.jsonl .hpc-compose/local-2/job.sbatch
run 0 hpcc timeline local-1
out_has 'no service has begun'
rm .hpc-compose/local-1/state.json
run 3 hpcc timeline local-1
err_has "can't tell of job local-1: it is LOST, and has written nothing"
run 0 hpcc timeline local-2
out_has "what waited for what isn't known"

# A job that runs, and then has run: what is drawn goes on to this moment, and is the same ever after.
cat >compose.yaml <<'SPEC'
name: real
runtime: {backend: host}
x-slurm: {setup: ['sleep 0.3']}
services:
  store:
    command: [sh, -c, 'echo up; while [ ! -e go ]; do sleep 0.05; done']
    readiness: {type: log, pattern: up, timeout_seconds: 20}
  worker:
    command: [sh, -c, 'exit 3']
    depends_on: {store: {condition: service_completed_successfully}}
SPEC
run 0 hpcc up --local --detach
draws() { hpcc timeline >"$work/out" 2>"$work/err" && grep -q "$1" "$work/out"; }
that 'it runs' within 20 draws '^store.*█.*ready$'
run 0 hpcc timeline
out_has 'until this moment'
out_has 'waits for store'
out_has 'has led to this moment'
touch go
that 'it ends' within 20 draws 'worker.*app-exit 3'
# (While it closes, how it ends is known, but it goes on until that moment.)
that 'its job ends' within 20 draws 'FAILED, '
run 0 hpcc timeline
cp "$work/out" "$work/first"
out_has "ended since 'worker' exited with status 3: job fails"
out_has "since 'store' had completed"
out_has 'set-up'
run 0 hpcc timeline
that 'the same again' cmp "$work/out" "$work/first"
finish
