# SPDX-License-Identifier: Apache-2.0
# Asserts: exit status, artifacts, duration; skipped when the job was cancelled.
. "$1/lib.bash"

service_good() { exec "$RT" step -- sh -c "mkdir -p \"$JOB_DIR/out/deep/.er\"; : >\"$JOB_DIR/out/deep/.er/x.pt\"; exit 3"; }
service_slow() { exec "$RT" step -- sleep 0.3; }
service_server() { exec "$RT" step -- sleep 1000; }

begin
job 0 <<'TABLE'
service good
  run service_good
  on-failure ignore
  assert exit 3
  assert artifact 'out/**/*.p[t]'
  assert duration 20s
TABLE
expect_state good status passed
job 1 <<'TABLE'
service slow
  run service_slow
  assert duration 100ms
  assert exit 5
  assert artifact 'nothing/*'
TABLE
expect_state slow status failed
expect_said "hpcc: assert of service 'slow' failed: exit status 0, expected 5"
expect_said "hpcc: assert of service 'slow' failed: no file matches 'nothing/*'"
start <<'TABLE'
service server
  run service_server
  assert exit 0
TABLE
state_becomes server state running
kill -TERM "$SUPERVISOR"
finish 143
expect_state server status skipped
