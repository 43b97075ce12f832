# SPDX-License-Identifier: Apache-2.0
# A relayed USR1 reaches who catches it or waits for it with it blocked, and kills neither the shell round it nor one who doesn't.
. "$1/lib.bash"

service_catches() {
	exec "$RT" step -- sh -c 'bash -c "trap \"echo checkpoint\" USR1; echo up; while :; do sleep 1000 & wait; done"; echo not reached'
}
service_waits() { exec "$RT" step -- sh -c '"$0" await; echo not reached' "$TOOL"; }
service_plain() { exec "$RT" step -- sh -c 'echo up; sleep 1000; echo not reached'; }

begin
start <<'TABLE'
job relay USR1
service catches
  run service_catches
  log logs/catches.log
  ready log up within 20s
service waits
  run service_waits
  log logs/waits.log
  ready log up within 20s
service plain
  run service_plain
  log logs/plain.log
  ready log up within 20s
TABLE
state_becomes catches state ready
state_becomes waits state ready
state_becomes plain state ready
kill -USR2 "$SUPERVISOR"
kill -USR1 "$SUPERVISOR"
wait_for 10 grep -q checkpoint "$JOB_DIR/logs/catches.log"
wait_for 10 grep -q checkpoint "$JOB_DIR/logs/waits.log"
kill -USR1 "$SUPERVISOR"
twice() { [ "$(grep -c checkpoint "$JOB_DIR/logs/$1.log")" -ge 2 ]; }
wait_for 10 twice catches
wait_for 10 twice waits
expect_state catches state ready
expect_state waits state ready
expect_state plain state ready
kill -TERM "$SUPERVISOR"
finish 143
! grep -q 'not reached' "$JOB_DIR"/logs/*.log || fail 'a shell outlived its stop'
