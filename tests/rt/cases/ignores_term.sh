# SPDX-License-Identifier: Apache-2.0
# A service that ignores TERM is killed after its grace; one that uses it has the time it needs.
. "$1/lib.bash"

service_deaf() { exec "$RT" step -- sh -c 'trap "" TERM; echo up; while :; do sleep 1000; done'; }
service_tidy() {
	exec "$RT" step -- bash -c 'trap "sleep 0.3; echo saved; exit 7" TERM; echo up; while :; do sleep 1000 & wait; done'
}

begin
start <<'TABLE'
service deaf
  run service_deaf
  log logs/deaf.log
  ready log up within 20s
  stop TERM grace 500ms
service tidy
  run service_tidy
  log logs/tidy.log
  ready log up within 20s
TABLE
state_becomes deaf state ready
state_becomes tidy state ready
kill -TERM "$SUPERVISOR"
kill -TERM "$SUPERVISOR"
finish 143
expect_said "hpcc: killing service 'deaf'"
never_said "hpcc: killing service 'tidy'"
grep -q saved "$JOB_DIR/logs/tidy.log" || fail 'the handler of tidy was cut off'
expect_state tidy last_exit_code 7
expect_state deaf last_exit_code 137
grep -q '"status":"CANCELLED","exit_code":143' "$JOB_DIR/state.json" || fail 'not cancelled'
wait_for 5 nothing_left
