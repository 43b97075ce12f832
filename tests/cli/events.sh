#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Events that went on in another file: those who follow a job read all of them, each once, in order.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

told() { sed -n 's/^ *[^ ]*  *one  *//p' "$1"; }

# A job that is over.
printf 'runtime: {backend: host}\nservices:\n  one: {command: ["false"], x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 1, backoff_seconds: 1}}}\n' >again.yaml
run 1 hpcc up --local again.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
job=.hpc-compose/$id
run 1 hpcc watch --plain "$id"
told "$work/out" >"$work/whole"
that 'it is told of' test "$(wc -l <"$work/whole")" -ge 4
mkdir "$job/events"
split -l 2 --numeric-suffixes=1 -a 1 --additional-suffix=.jsonl "$job/events.jsonl" "$job/events/"
last=$(find "$job/events" -name '*.jsonl' | wc -l)
that 'there are several' test "$last" -ge 3
mv "$job/events/$last.jsonl" "$job/events.jsonl"
run 1 hpcc watch --plain "$id"
told "$work/out" >"$work/parts"
that 'parts tell the same' cmp "$work/whole" "$work/parts"

# One that runs: its file is replaced once, twice, and before anybody looks.
printf 'runtime: {backend: host}\nservices:\n  one:\n    script: until [ -e go ]; do sleep 0.1; done\n' >runs.yaml
run 0 hpcc up --local --detach runs.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
job=$PWD/.hpc-compose/$id
that 'it has begun' within 20 grep -qs '"event":"launched"' "$job/events.jsonl"
event() { # NUMBER: as the supervisor writes them
	printf '{"t_wall":"2026-01-31T12:00:00.000Z","t_mono":1,"service":"one","event":"ready","text":"is ready %d"}\n' "$1" >>"$job/events.jsonl"
}
another() {
	mkdir -p "$job/events"
	local n=1
	while [ -e "$job/events/$n.jsonl" ]; do n=$((n + 1)); done
	mv "$job/events.jsonl" "$job/events/$n.jsonl"
	event "$1"
}
event 1
another 2
another 3
hpcc watch --plain "$id" >"$work/live" 2>&1 &
watch=$!
is_told() { grep -q "is ready $1\$" "$work/live"; }
that 'what came before is told' within 20 is_told 3
another 4
that 'and what comes' within 20 is_told 4
event 5
another 6
another 7
another 8
event 9
that 'and what comes fast' within 20 is_told 9
touch go
wait "$watch" || :
that 'each once, in order' test "$(sed -n 's/.*is ready //p' "$work/live" | paste -sd' ')" = '1 2 3 4 5 6 7 8 9'
finish
