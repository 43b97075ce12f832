# SPDX-License-Identifier: Apache-2.0
# The supervisor is killed, or its guard: either way nothing outlives it, whatever group or session
# it is in, and the record of the job is closed.
. "$1/lib.bash"

service_a() { exec "$RT" step -- sh -c "$TOOL tree 2; echo up; trap '' TERM; while :; do sleep 1000; done"; }
service_b() { setsid sleep 1000; }
service_c() { exec sleep 1000; }

run() {
	begin
	start <<-'TABLE'
		service a
		  run service_a
		  log logs/a.log
		  ready log up within 20s
		service b
		  run service_b
		  tasks 0
		service c
		  run service_c
		  after b completed
	TABLE
	state_becomes a state ready
}

# killed STATUS: the process the script knows ends with that status, and takes everything with it.
killed() {
	local status=0
	wait "$SUPERVISOR" || status=$?
	SUPERVISOR=
	[ "$status" = "$1" ] || fail "status $status, not $1"
	wait_for 20 nothing_left
}

# The youngest child: bash's writer of the functions is an older one.
child_of() {
	local children
	read -r -a children <"/proc/$1/task/$1/children" || :
	echo "${children[-1]}"
}

run
kill -KILL "$(child_of "$SUPERVISOR")"
killed 137
expect_said 'hpcc: the supervisor was ended by signal KILL; ending what it had started'
grep -q '"status":"RUNNING"' "$JOB_DIR/state.json" || fail 'who closed the record?'
"$RT" end --dir "$JOB_DIR" --status 137
grep -q '"status":"FAILED","exit_code":137,' "$JOB_DIR/state.json" || fail 'the record is not closed'
expect_state a state exited
expect_state a verdict lost
expect_state c state skipped
cp "$JOB_DIR/state.json" "$WORK/closed"
"$RT" end --dir "$JOB_DIR" --status 1
cmp "$JOB_DIR/state.json" "$WORK/closed" || fail 'a closed record was changed'

run
kill -KILL "$SUPERVISOR"
killed 137
closed() { grep -q '"status":"FAILED","exit_code":137,' "$JOB_DIR/state.json"; }
wait_for 20 closed
expect_state a state exited
expect_state c state skipped
