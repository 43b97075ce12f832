# SPDX-License-Identifier: Apache-2.0
# The three policies and both caps, with the sentences that tell them apart.
. "$1/lib.bash"

service_fails() { exec "$RT" step -- sh -c 'echo run; exit 42'; }
service_ends() { exec "$RT" step -- true; }

begin 'fails token fails' 'ends token ends'
job 42 <<'TABLE'
service fails
  run service_fails
  log logs/fails.log
TABLE
expect_said "hpcc: service 'fails' exited with status 42: job fails"
expect_state fails verdict "app-exit 42"
expect_state fails last_exit_code 42

job 0 <<'TABLE'
service fails
  run service_fails
  log logs/fails.log
  on-failure ignore
service ends
  run service_ends
TABLE
expect_said "hpcc: service 'fails' exited with status 42; ignored"
expect_said "hpcc: service 'ends' completed"

job 42 <<'TABLE'
service fails
  run service_fails
  log logs/fails.log
  on-failure restart max 2 window 9 in 60s backoff 100ms
TABLE
expect_said "hpcc: service 'fails' exited with status 42; restarting (1/2), 1/9 failures in 60s"
expect_said "hpcc: service 'fails' exited with status 42; restarting (2/2), 2/9 failures in 60s"
expect_said "hpcc: service 'fails' exited with status 42; lifetime cap reached (2/2 restarts): job fails"
expect_state fails restart_count 2
expect_state fails launches 3
# Emptied at the first launch of this job only.
[ "$(cat "$JOB_DIR/logs/fails.log")" = $'run\nrun\nrun' ] || fail 'the log is not what three launches wrote'

job 42 <<'TABLE'
service fails
  run service_fails
  log logs/fails.log
  on-failure restart max 9 window 2 in 60s backoff 100ms
TABLE
expect_said "hpcc: service 'fails' exited with status 42; window cap reached (2 failures in 60s): job fails"
