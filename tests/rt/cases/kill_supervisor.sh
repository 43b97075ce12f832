# SPDX-License-Identifier: Apache-2.0
# The supervisor is killed: nothing outlives it, and `end` closes the record.
. "$1/lib.bash"

service_a() { exec "$RT" step -- sh -c "$TOOL tree 2; echo up; trap '' TERM; while :; do sleep 1000; done"; }
service_b() { exec sleep 1000; }

begin
start <<'TABLE'
service a
  run service_a
  log logs/a.log
  ready log up within 20s
service b
  run service_b
  tasks 0
service c
  run service_b
  after b completed
TABLE
state_becomes a state ready
kill -KILL "$SUPERVISOR"
wait "$SUPERVISOR" || :
SUPERVISOR=
wait_for 20 nothing_left
grep -q '"status":"RUNNING"' "$JOB_DIR/state.json" || fail 'who closed the record?'
"$RT" end --dir "$JOB_DIR" --status 137
grep -q '"status":"FAILED","exit_code":137,' "$JOB_DIR/state.json" || fail 'the record is not closed'
expect_state a state exited
expect_state a verdict lost
expect_state c state skipped
cp "$JOB_DIR/state.json" "$WORK/closed"
"$RT" end --dir "$JOB_DIR" --status 1
cmp "$JOB_DIR/state.json" "$WORK/closed" || fail 'a closed record was changed'
