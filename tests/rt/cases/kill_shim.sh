# SPDX-License-Identifier: Apache-2.0
# The step shim is killed: its command dies with it, and so does what the command started,
# in whatever group or session.
. "$1/lib.bash"

service_big() { exec "$RT" step -- sh -c "$TOOL tree 3; echo up; exec sleep 1000"; }
service_next() { exec "$RT" step -- sleep 1000; }

begin
start <<'TABLE'
service big
  run service_big
  log logs/big.log
  ready log up within 20s
  on-failure ignore
service next
  run service_next
TABLE
state_becomes big state ready
kill -KILL "$(state big pid)"
state_becomes big state exited
expect_state big last_exit_code 137
expect_state big verdict "app-signal KILL"
# Those in sessions of their own, too: supervisor, its guard, next with its shim, and this case stay.
only_next() { [ "$(processes_left | wc -l)" -le 5 ]; }
wait_for 10 only_next
expect_state next state running
kill -TERM "$SUPERVISOR"
finish 143
wait_for 5 nothing_left
