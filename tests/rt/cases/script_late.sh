# SPDX-License-Identifier: Apache-2.0
# The same while services run, while they stop, and while results are copied out; and a supervisor that
# stands still.
. "$1/script.bash"

all_end <<-TABLE
	KILL client bash 137 FAILED
	KILL client guard 137 FAILED
	KILL client supervisor 137 FAILED
	KILL client command 137 FAILED
	KILL stopping bash 137 FAILED
	KILL stopping supervisor 137 FAILED
	KILL teardown bash 137 FAILED
TABLE

# A supervisor that stands still for a while goes on where it was.
until_phase client supervisor STOP
supervisor=$(process supervisor)
kill -STOP "$supervisor"
stands_still() { grep -q '^State:.T' "/proc/$supervisor/status"; }
wait_for 30 stands_still
kill -TERM "$(with_words '^sleep 1000')"
has_ended() { [ -n "$(find "$JOB_DIR/service-exits" -name 'client.*.exit')" ]; }
wait_for 30 has_ended
kill -CONT "$supervisor"
status=0
wait "$SUPERVISOR" || status=$?
SUPERVISOR=
[ "$status" = 143 ] || fail "status $status after a standstill, not the client's 143"
expect_state client last_exit_code 143
expect_state db last_exit_code 0
wait_for 30 nothing_left
