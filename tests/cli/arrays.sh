#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# Job arrays: every command knows all elements, and some of them by 7_3 or 7_[1-4].
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH

cat >three.yaml <<'SPEC'
name: three
runtime: {backend: host}
x-slurm:
  array: 0-2
  output: "batch-%x-%A-%a.out"
  artifacts: {export_dir: ./results, paths: [/hpc-compose/job/made]}
services:
  server: {script: 'echo "serving $SLURM_ARRAY_TASK_ID"'}
  client:
    depends_on: {server: {condition: service_completed_successfully}}
    script: 'echo "client $SLURM_ARRAY_TASK_ID" | tee "$HPC_COMPOSE_JOB_DIR/made"; exit $((SLURM_ARRAY_TASK_ID == 1 ? 4 : 0))'
SPEC

submitted() {
	id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' <<<"$out")
	that 'a job id is printed' test -n "$id"
}
number_of() { # number_of INDEX: Slurm's own number of an element
	basename "$(readlink ".hpc-compose/${id}_$1")"
}
lines_like() { # lines_like N ERE: of standard output
	that "$1 lines like $2" test "$(grep -cE -- "$2" <<<"$out")" = "$1"
}

# `up` shows them all, and ends with the highest status of theirs.
run 4 hpcc up three.yaml
submitted
for k in 0 1 2; do
	out_has "$k/server  completed"
done
out_has '1/client  exited with status 4: job fails'
out_has "job ${id}_0: COMPLETED"
out_has "job ${id}_1: FAILED with status 4"
out_has "job ${id}_2: COMPLETED"
out_has "job $id: FAILED"
for k in 0 1 2; do
	that 'each has a root' grep -q "\"job_id\":\"$(number_of $k)\"" ".hpc-compose/${id}_$k/state.json"
done
that 'the last one has the number of all' test "$(number_of 2)" = "$id"
known() { # known: whatever Slurm remembers of them
	run 0 hpcc status
	out_has "job $id 'three': FAILED, 3 elements: 2 COMPLETED, 1 FAILED"
	lines_like 3 "^job ${id}_[0-2] "
	out_lacks 'state service'
	run 0 hpcc status --lines
	lines_like 6 '^state service'
	run 0 hpcc status --lines "${id}_1"
	lines_like 1 "^job ${id}_1 'three': FAILED with status 4"
	lines_like 2 '^state service'
	run 0 hpcc why
	lines_like 1 '^job '
	lines_like 1 "^job ${id}_1 FAILED: 'client' exited with status 4: job fails"
	out_has "hpcc logs ${id}_1 client"
	run 0 hpcc status "${id}_[0,2]"
	out_has '2 elements: 2 COMPLETED'
	out_lacks "job ${id}_1 "
	run 0 hpcc status --format=json
	that 'JSON of all' test "$(python3 -c 'import json, sys; print(*[e["status"] + e["number"] for e in json.load(sys.stdin)["elements"]])' <<<"$out")" = \
		"COMPLETED$(number_of 0) FAILED$(number_of 1) COMPLETED$(number_of 2)"
	run 0 hpcc status --format=json --job "${id}_1"
	out_lacks '%'
	out_has '"status": "FAILED"'
	out_lacks elements
	run 0 hpcc jobs
	lines_like 4 "^$id"
	run 4 hpcc watch "$id"
	out_has "job ${id}_1: FAILED with status 4"
	run 0 hpcc watch "${id}_0"
	run 0 hpcc watch "${id}_[0,2]"
	run 0 hpcc logs
	for k in 0 1 2; do
		out_has "$k/server | serving $k"
	done
	run 0 hpcc logs 1/client
	out_has '1/client | client 1'
	lines_like 1 .
	run 0 hpcc logs "$id" 0/server 2/batch
	out_has '0/server | serving 0'
	out_has "2/batch  | hpcc: service 'client' "
	out_lacks 2/server
	run 2 hpcc logs 1/nobody
	err_has "job $id has no service '1/nobody'"
	run 0 hpcc events 1/client
	out_has "1/client"
	out_lacks 0/client
	run 0 hpcc timeline "$id"
	out_has "critical chain"
	out_lacks "can't be read"
	run 0 hpcc logs "${id}_1" client
	out_has 'client | client 1'
	lines_like 1 .
	run 0 hpcc logs "${id}_1" batch
	out_has "hpcc: service 'client' exited with status 4"
	run 4 hpcc logs -f "$id" client
	err_has "job $id: FAILED with status 4"
	run 0 hpcc stats "$id"
	lines_like 3 "^job ${id}_"
	for k in 0 1 2; do
		that "steps of element $k alone are asked for" grep -q "^sacct .*--jobs=${id}_$k --format=JobID.*MaxRSS" "$FAKE_SLURM_DIR/calls"
	done
	run 0 hpcc cancel "$id"
	out_has 'has ended already'
	run 3 hpcc status "${id}_7"
	err_has "job $id has no element '7': its indices are 0-2"
}
known
for k in 0 1 2; do
	touch "$FAKE_SLURM_DIR/jobs/$(number_of $k)/forgotten"
done
known
FAKE_ACCOUNTING=1 known

# What each has collected; none overwrites another's results.
run 0 hpcc artifacts
lines_like 3 "^job ${id}_[0-2]:"
lines_like 3 '^  made$'
run 0 hpcc artifacts export
for k in 0 1 2; do
	that 'the results of each' grep -qx "client $k" "results/$k/made"
done
run 0 hpcc artifacts export "${id}_1" --to one
that 'the results of one' grep -qx 'client 1' one/made

# Some elements go, the record stays; then all.
root=$(number_of 0)
run 0 hpcc down --yes "${id}_0"
that 'its files are gone' test ! -e ".hpc-compose/$root" -a ! -L ".hpc-compose/${id}_0"
out_has "its output stays: $PWD/batch-three-$id-0.out"
that "others' are there" test -e ".hpc-compose/${id}_1/state.json"
root=$(number_of 1)
run 0 hpcc clean --yes "${id}_1"
that 'its files are gone' test ! -e ".hpc-compose/$root"
run 0 hpcc status
out_has "job ${id}_2 'three': COMPLETED"
run 0 hpcc clean --all --dry-run
out_has "would remove job ${id}_2: $PWD/.hpc-compose/$(number_of 2)"
out_has "would remove job $id: "
run 0 hpcc clean --yes --all
that 'all are gone' test -z "$(find .hpc-compose -name "$id*")"

# Cancelled while one runs and others wait: the first gracefully, those before they begin.
printf 'name: long\nruntime: {backend: host}\nx-slurm: {array: "1,4,9"}\nservices:\n  one:\n    script: |\n      trap "echo goodbye; exit 0" TERM\n      echo up\n      while :; do sleep 0.1 & wait $!; done\n' >long.yaml
run 0 hpcc submit long.yaml
submitted
that 'the first runs' within 30 grep -qs up ".hpc-compose/${id}_1/logs/one.log"
run 0 hpcc status
out_has '3 elements: 1 RUNNING, 2 PENDING'
run 0 hpcc clean --yes --all
out_has '1 job left alone'
run 3 hpcc restart one "${id}_9"
err_has "job ${id}_9: it hasn't begun"
run 0 hpcc cancel "${id}_9"
out_has "job ${id}_9 is asked to end; 'hpcc watch ${id}_9' shows how it does"
run 0 hpcc status "${id}_[4,9]"
out_has '1 PENDING, 1 CANCELLED'
(trap - INT && exec hpcc logs -f "$id" one) >logs.out 2>&1 &
follower=$!
run 0 hpcc cancel "$id"
run 143 hpcc watch "$id"
out_has "job ${id}_1: CANCELLED with status 143"
out_has "job ${id}_4: CANCELLED"
out_has "job $id: CANCELLED"
that 'it had its chance' grep -q goodbye ".hpc-compose/${id}_1/logs/one.log"
status=0
wait $follower || status=$?
that 'the follower ends as well' test $status = 143
that 'it has shown the log' grep -q '^1/one | goodbye' logs.out

# Hundreds, most of them waiting; in one question to the queue.
printf 'name: many\nruntime: {backend: host}\nx-slurm: {array: 0-299%%2}\nservices:\n  one: {command: ["true"]}\n' >many.yaml
printf '#!/bin/sh\necho 5000\n' >sbatch && chmod +x sbatch
run 0 env PATH="$PWD:$PATH" hpcc submit many.yaml
submitted
make_element() { # in the fake's records: make_element INDEX STATE
	local number=$((5001 + $1))
	mkdir -p "$FAKE_SLURM_DIR/jobs/$number"
	echo 5000 >"$FAKE_SLURM_DIR/jobs/$number/array"
	echo "$1" >"$FAKE_SLURM_DIR/jobs/$number/index"
	echo "$2" >"$FAKE_SLURM_DIR/jobs/$number/state"
}
for k in {0..299}; do
	make_element "$k" "$([ "$k" -lt 2 ] && echo RUNNING || echo PENDING)"
done
: >"$FAKE_SLURM_DIR/calls"
run 0 hpcc status
out_has "job 5000 'many': RUNNING, 300 elements: 2 RUNNING, 298 PENDING"
lines_like 300 '^job 5000_[0-9]+ '
that 'one question' test "$(wc -l <"$FAKE_SLURM_DIR/calls")" = 1
run 0 hpcc cancel '5000_[2-299]'
out_has 'job 5000_[2-299] is asked to end'
run 0 hpcc status
out_has '300 elements: 2 RUNNING, 298 CANCELLED'
that 'few calls' test "$(grep -c ^scancel "$FAKE_SLURM_DIR/calls")" -le 2
for k in 0 1; do
	make_element $k COMPLETED
done
run 143 hpcc watch 5000
out_has "job 5000_299: CANCELLED with status 143, before it started"
out_has "job 5000: CANCELLED"
run 0 hpcc clean --yes 5000
run 3 hpcc status 5000

finish
