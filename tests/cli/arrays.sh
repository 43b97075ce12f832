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
	lines_like 1 '^ELEMENT +STATE +EXIT'
	lines_like 3 "^${id}_[0-2] +(COMPLETED|FAILED) "
	lines_like 1 "^${id}_1 +FAILED +4 .*'client' app-exit 4$"
	lines_like 1 "^first failure: ${id}_1, 'client' app-exit 4; more: hpcc why ${id}_1$"
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
	out_lacks "${id}_1 "
	out_lacks 'first failure'
	run 0 hpcc status "${id}_1"
	out_has "job ${id}_1 'three': FAILED with status 4"
	out_lacks ELEMENT
	run 0 hpcc status --format=csv
	lines_like 4 ,
	lines_like 1 '^job,number,status,is_over,exit,seconds,nodes,attempt,failed,why$'
	lines_like 1 "^${id}_1,$(number_of 1),FAILED,true,4,.*,client,'client' app-exit 4$"
	run 0 hpcc status --format=json
	that 'JSON of all' test "$(python3 -c 'import json, sys; print(*[e["status"] + e["number"] for e in json.load(sys.stdin)["elements"]])' <<<"$out")" = \
		"COMPLETED$(number_of 0) FAILED$(number_of 1) COMPLETED$(number_of 2)"
	that 'what failed first' test "$(python3 -c 'import json, sys; a = json.load(sys.stdin); f = a["first_failure"]; print(f["job_id"], f["exit"], f["service"], a["counts"]["COMPLETED"], a["throttle"])' <<<"$out")" = \
		"${id}_1 4 client 2 None"
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
lines_like 1 "^${id}_2 +COMPLETED"
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

# A step that the controller refuses for the moment is no failed service; it is told once.
printf 'name: pace\nruntime: {backend: host}\nservices:\n  one:\n    command: ["true"]\n    x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 1}}\n' >pace.yaml
mkdir refused && touch refused/one
run 0 env FAKE_SRUN_REFUSES="$PWD/refused" hpcc up pace.yaml
out_has "one  can't get its step from Slurm at the moment; trying again"
that 'it was refused' test ! -e refused/one
submitted
run 0 hpcc events "$id"
lines_like 1 "can't get its step"
lines_like 0 'restarting'
run 0 hpcc logs "$id" batch
lines_like 1 "service 'one' can't get its step from Slurm at the moment; trying again"

# The page's example does what the page shows.
page=$tests/../docs/arrays.md
awk '/^```yaml$/ { on = 1; next } /^```$/ { on = 0 } on' "$page" >numbers.yaml
awk '/^```log numbers client$/ { on = 1; next } /^```$/ { on = 0 } on' "$page" >wanted
run 0 hpcc up numbers.yaml
submitted
run 0 hpcc logs --no-prefix "$id" client
that 'the log of the page' diff wanted - <<<"$out"
run 0 hpcc status "$id"
out_has "4 elements: 4 COMPLETED; at most 2 at a time"
for what in ps 'wait --for=end' events stats timeline ports 'report --format=md -o -'; do
	for which in "$id" "${id}_3" "${id}_[1-2]"; do
		# shellcheck disable=SC2086 # words of the command
		run 0 hpcc $what "$which"
	done
done

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
	[ "$2" != PENDING ] || echo JobArrayTaskLimit >"$FAKE_SLURM_DIR/jobs/$number/reason"
}
for k in {0..299}; do
	make_element "$k" "$([ "$k" -lt 2 ] && echo RUNNING || echo PENDING)"
done
one_question() {
	that 'one question' test "$(wc -l <"$FAKE_SLURM_DIR/calls")" = 1
}
: >"$FAKE_SLURM_DIR/calls"
run 0 hpcc status
out_has "job 5000 'many': RUNNING, 300 elements: 2 RUNNING, 298 PENDING; at most 2 at a time"
lines_like 1 '^5000_\[0-1\] +2 +RUNNING'
lines_like 1 '^5000_\[2-299\] +298 +PENDING +JobArrayTaskLimit$'
lines_like 4 .
one_question
# As squeue of some sites has it: those that wait in one line.
: >"$FAKE_SLURM_DIR/calls"
run 0 env FAKE_SQUEUE_FOLDS=2 hpcc status
lines_like 1 '^5000_\[2-299\] +298 +PENDING +JobArrayTaskLimit$'
one_question
: >"$FAKE_SLURM_DIR/calls"
run 0 hpcc status --format=csv
lines_like 301 ,
lines_like 298 '^5000_[0-9]+,,PENDING,false,'
one_question
run 0 hpcc ps
lines_like 1 '^\[0-299\]/one '
run 0 hpcc jobs
lines_like 3 '^5000'
run 0 hpcc status '5000_[0,7-9]'
lines_like 3 '^5000_[789] +PENDING'
# One that ended, one that runs again, and what none of them is.
make_element 0 COMPLETED
make_element 1 FAILED
run 0 hpcc status
out_has '300 elements: 1 COMPLETED, 1 FAILED, 298 PENDING'
lines_like 1 '^5000_1 +1 +FAILED +1'
lines_like 1 '^first failure: 5000_1, FAILED with status 1; more: hpcc why 5000_1$'
for k in 0 1; do make_element $k RUNNING; done
run 0 hpcc status
out_has '300 elements: 2 RUNNING, 298 PENDING'
run 0 hpcc cancel '5000_[2-299]'
out_has 'job 5000_[2-299] is asked to end'
run 0 hpcc status
out_has '300 elements: 2 RUNNING, 298 CANCELLED'
out_lacks 'first failure'
that 'few calls' test "$(grep -c ^scancel "$FAKE_SLURM_DIR/calls")" -le 2
for k in 0 1; do
	make_element $k COMPLETED
done
run 143 hpcc watch 5000
out_has "job 5000 'many': CANCELLED, 300 elements: 2 COMPLETED, 298 CANCELLED"
lines_like 1 '^5000_\[2-299\] +298 +CANCELLED +143'
out_has "job 5000: CANCELLED"
# Slurm has forgotten them: what it said last is kept.
for k in {2..299}; do
	touch "$FAKE_SLURM_DIR/jobs/$((5001 + k))/forgotten"
done
run 0 hpcc status
lines_like 1 '^5000_\[2-299\] +298 +CANCELLED +143'
run 0 hpcc clean --yes 5000
run 3 hpcc status 5000

finish
