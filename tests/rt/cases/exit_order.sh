# SPDX-License-Identifier: Apache-2.0
# Exits that are noticed together go by the time they happened, not by the order of the table; and
# a TERM that comes with them makes the job cancelled.
. "$1/lib.bash"

for name in a b; do
	eval "service_$name() { exec \"$RT\" step -- sh -c 'until [ -e $WORK/go-$name ]; do sleep 0.02; done; exit \$(cat $WORK/go-$name)'; }"
done

supervisor_pid() {
	local children
	read -r -a children <"/proc/$SUPERVISOR/task/$SUPERVISOR/children" || :
	echo "${children[-1]}"
}
left_mark() { [ -e "$JOB_DIR/service-exits/$1.1.0.exit" ]; }
# The shim has left its mark before it ends; only a zombie waits for its parent.
is_zombie() { grep -qs '^State:.Z' "/proc/$1/status"; }
ends() { # whole at once: whoever waits for it reads it
	echo "$2" >"$WORK/status"
	mv "$WORK/status" "$WORK/go-$1"
}
gone() {
	ends "$1" "$2"
	wait_for 20 left_mark "$1"
	wait_for 20 is_zombie "$(state "$1" pid)"
}

run() {
	rm -f "$WORK"/go-*
	start <<-'TABLE'
		service a
		  run service_a
		service b
		  run service_b
	TABLE
	state_becomes a state running
	state_becomes b state running
	stopped=$(supervisor_pid)
	kill -STOP "$stopped"
}

begin
run
gone b 7
gone a 6
kill -CONT "$stopped"
finish 7
expect_state a last_exit_code 6
expect_said "hpcc: service 'b' exited with status 7: job fails"
[ "$(grep -c '"event":"exit"' "$JOB_DIR/events.jsonl")" = 2 ] || fail 'an exit is missing'

run
gone a 143
gone b 0
kill -TERM "$SUPERVISOR"
# Its guard has passed the TERM on.
has_pending_term() { grep -q '^ShdPnd:.*[4567cdef][0-9a-f]\{3\}$' "/proc/$stopped/status"; }
wait_for 20 has_pending_term
kill -CONT "$stopped"
finish 143
grep -q '"status":"CANCELLED"' "$JOB_DIR/state.json" || fail 'not cancelled'

# Under Slurm a step may die of scancel's TERM before the script hears of it: that waits a moment.
rm -f "$WORK"/go-*
start <<'TABLE'
job scheduler slurm
service a
  run service_a
TABLE
state_becomes a state running
ends a 143
wait_for 20 left_mark a
kill -TERM "$SUPERVISOR"
finish 143
grep -q '"status":"CANCELLED"' "$JOB_DIR/state.json" || fail 'not cancelled'
