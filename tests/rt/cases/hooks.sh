# SPDX-License-Identifier: Apache-2.0
# Prologue, epilogue and event hooks on the host: order, variables, statuses, output.
. "$1/lib.bash"

service_a() { exec "$RT" step -- sh -c 'echo command; exit 4'; }
service_z() { exec "$RT" step -- true; }

begin
show='echo "$HPC_COMPOSE_HOOK_PHASE:$HPC_COMPOSE_SERVICE_NAME:$HPC_COMPOSE_SERVICE_EXIT_CODE'
echo "$show\"" >"$JOB_DIR/hooks/show"
echo "$show:\$HPC_COMPOSE_ATTEMPT \$HPC_COMPOSE_RESTART_COUNT/\$HPC_COMPOSE_MAX_RESTARTS \$HPC_COMPOSE_RESTART_FAILURES_IN_WINDOW/\$HPC_COMPOSE_MAX_RESTARTS_IN_WINDOW@\$HPC_COMPOSE_WINDOW_SECONDS\"; false" >"$JOB_DIR/hooks/count"
echo 'exit 9' >"$JOB_DIR/hooks/nine"
job 4 <<'TABLE'
service a
  run service_a
  log logs/a.log
  prologue hooks/show
  epilogue hooks/show
  on restart hooks/count
  on restart hooks/show
  on window-exhausted hooks/count
  on-failure restart max 5 window 1 in 60s backoff 100ms
TABLE
expected='prologue:a:
command
epilogue:a:4
restart:a:4:0 1/5 1/1@60
restart:a:4
prologue:a:
command
epilogue:a:4
window_exhausted:a:4:0 1/5 1/1@60'
[ "$(<"$JOB_DIR/logs/a.log")" = "$expected" ] || fail "hooks: $(<"$JOB_DIR/logs/a.log")"
expect_said "hpcc: restart hook of service 'a' failed with status 1"

job 9 <<'TABLE'
service a
  run service_a
  prologue hooks/nine
  epilogue hooks/show
TABLE
expect_state a verdict not-started
expect_said "hpcc: prologue of service 'a' failed with status 9"

job 9 <<'TABLE'
service z
  run service_z
  epilogue hooks/nine
TABLE
expect_said "hpcc: epilogue of service 'z' failed with status 9"

# Inside the container the shim runs them, by /bin/sh with `set -eu`.
service_in() { exec "$RT" step --chdir "$WORK" --prologue hooks/show --epilogue hooks/show -- sh -c 'pwd; echo "${HPC_COMPOSE_HOOK_PHASE-none}"'; }
service_out() { exec "$RT" step --prologue hooks/unset --epilogue hooks/show -- echo never; }
echo 'echo "$UNSET_VARIABLE"' >"$JOB_DIR/hooks/unset"
job 0 <<'TABLE'
service in
  run service_in
  log logs/in.log
service out
  run service_out
  log logs/out.log
  on-failure ignore
TABLE
[ "$(<"$JOB_DIR/logs/in.log")" = "prologue:in:
$WORK
none
epilogue:in:0" ] || fail "container hooks: $(<"$JOB_DIR/logs/in.log")"
! grep -q 'never\|epilogue' "$JOB_DIR/logs/out.log" || fail 'a command ran after its prologue failed'
grep -q '^hpcc-rt step: prologue failed with status [1-9]' "$JOB_DIR/logs/out.log" || fail 'nobody says why'
expect_state out verdict not-started
