# SPDX-License-Identifier: Apache-2.0
# `ready log … tasks all`: ready when a line of each task has matched, whichever stream it came by; who is missing is
# told. Lines of one task don't count for another, and the log has every byte in the order of each stream. The same
# by marks alone.
# shellcheck disable=SC2317 # a function is told anew
. "$1/lib.bash"

cd "$WORK" || exit
service_three() {
	local task
	for task in 0 1 2; do
		SLURM_PROCID=$task "$RT" step --lines '^joined [0-9]+$' -- bash -c "
			echo up joined 1; echo up >up.$task; until [ -e go.$task ]; do read -r -t 0.02 <> <(:) || :; done
			[ $task != 1 ] || exec >&2
			if [ -e break.$task ]; then printf 'join\ned $task\n'; else printf 'joined $task\n'; fi
			until [ -e end.$task ]; do read -r -t 0.02 <> <(:) || :; done" &
	done
	wait
}
service_after() { exec "$RT" step -- true; }
table() { # OPTIONS…
	printf 'service three\n  run service_three\n  tasks 3\n  log logs/three.log\n'
	printf "  ready log '^joined [0-9]+$' within %s\n  lifetime dependents\n" "$*"
	printf 'service after\n  run service_after\n  after three healthy\n'
}
last_look_is() { grep -qF "\"last_look\":\"$1\"" "$JOB_DIR/state.json"; }

begin
start < <(table 60s tasks all)
wait_for 30 test -e up.0 -a -e up.1 -a -e up.2
wait_for 30 last_look_is 'no line matched'
: >go.2
wait_for 30 last_look_is '1 of 3 tasks are ready; task 0: no line matched'
: >go.0
wait_for 30 last_look_is '2 of 3 tasks are ready; task 1: no line matched'
expect_state after state waiting
: >go.1
finish 0
expect_state three readiness passed
[ "$(sort "$JOB_DIR/logs/three.log" | uniq -c | sed 's/^ *//')" = '1 joined 0
1 joined 1
1 joined 2
3 up joined 1' ] || fail 'the log isn'"'"'t what the tasks have said'

# Without `all` any task's line does.
rm -f go.* up.*
: >go.2
begin
job 0 < <(table 60s)

# A line that is broken is none, and one task that isn't ready is one too few.
rm -f go.* up.*
touch go.0 go.1 go.2 break.1
begin
job 1 < <(table 2s tasks all)
expect_said "hpcc: service 'three' was not ready within 2s: job fails (last look: 2 of 3 tasks are ready; task 1: no line matched"

# What a task says last counts, even without a line break; a launch after it has to say it again.
service_three() {
	local task
	for task in 0 1; do
		SLURM_PROCID=$task "$RT" step --lines '^last$' -- bash -c "printf 'first\nlast'; echo >said.$task
			until [ -e said.0 -a -e said.1 ]; do read -r -t 0.02 <> <(:) || :; done" &
	done
	wait
}
begin
job 0 < <(
	printf 'service three\n  run service_three\n  tasks 2\n  log logs/three.log\n  ready log %s within 60s tasks all\n' "'^last\$'"
	printf 'service after\n  run service_after\n  after three healthy\n'
)

# Of much that is put out nothing is lost on the way.
service_flood() {
	local task
	for task in 0 1; do
		SLURM_PROCID=$task "$RT" step --lines '^ready$' -- \
			bash -c "seq 50000 | sed s/^/$task./; echo; echo ready; exec sleep 1000" >out.$task &
	done
	wait
}
begin
start < <(printf 'service flood\n  run service_flood\n  tasks 2\n  log logs/flood.log\n  ready log %s within 60s tasks all\n' "'^ready\$'")
state_becomes flood state ready
kill -TERM "$SUPERVISOR"
finish 143
wait_for 20 nothing_left
for task in 0 1; do
	cmp <(seq 50000 | sed "s/^/$task./") <(head -n 50000 "out.$task") || fail "task $task: bytes are lost"
done
cmp <(seq 300000) <("$RT" step --lines '^ready$' -- seq 300000) || fail 'through a pipe bytes are lost'
