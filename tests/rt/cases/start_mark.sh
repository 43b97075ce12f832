# SPDX-License-Identifier: Apache-2.0
# Readiness clocks begin with the start mark: a container that takes long to come up is neither ready
# early nor late. Without a mark it is `start within` that ends the wait.
. "$1/lib.bash"

port=$("$TOOL" free-port)
# The function stands for srun and the container: the command begins when the file is there.
until_go='until [ -e "$WORK/go" ]; do read -r -t 0.02 <> <(:) || :; done'
eval "service_slept() { $until_go; exec \"\$RT\" step -- sleep 1000; }"
eval "service_tcp() { $until_go; exec \"\$RT\" step -- \"\$TOOL\" listen $port; }"
service_clock() { exec "$RT" step -- sleep 1000; }
service_next() { exec "$RT" step -- true; }

begin
start <<TABLE
service slept
  run service_slept
  ready sleep 10ms
  lifetime dependents
service tcp
  run service_tcp
  ready tcp 127.0.0.1:$port within 2s
  lifetime dependents
service clock
  run service_clock
  ready sleep 3s
service next
  run service_next
  after slept healthy
  after tcp healthy
TABLE
state_becomes clock state ready
expect_state slept state starting
expect_state slept readiness pending
expect_state tcp state starting
never_said "'slept' is ready"
never_said 'was not ready'
touch "$WORK/go"
state_becomes next state exited
expect_said "service 'slept' is ready"
expect_said "service 'tcp' is ready"
kill -TERM "$SUPERVISOR"
finish 143

# The second launch begins; the first never did, and its end is not the application's.
service_late() {
	echo >>"$WORK/lives"
	[ "$(wc -l <"$WORK/lives")" -gt 1 ] || exec sleep 1000
	exec "$RT" step -- true
}
service_never() { exec sleep 1000; }
begin
job 0 <<'TABLE'
service late
  run service_late
  start within 300ms
  on-failure restart max 1 window 1 in 60s backoff 10ms
service never
  run service_never
  start within 300ms
  on-failure ignore
TABLE
expect_said "service 'late' has not begun within 300ms: its launch has failed"
expect_said "service 'late' exited with status 1; restarting (1/1)"
expect_state late verdict completed
expect_state never verdict not-started
expect_state never last_exit_code 1
grep -q '"event":"start-timeout"' "$JOB_DIR/events.jsonl" || fail 'no event tells of it'

# Where no mark can be written none is waited for.
service_blind() {
	rm -r "$JOB_DIR/service-exits" && : >"$JOB_DIR/service-exits"
	exec "$RT" step -- sleep 1000
}
rm -f "$WORK/lives"
begin
start <<'TABLE'
service blind
  run service_blind
  ready sleep 10ms
TABLE
state_becomes blind state ready
[ "${HPCC_WIRE-}" != off ] || # over the wire the shim tells that it has begun
	expect_said "service 'blind': no start mark can be written in"
kill -TERM "$SUPERVISOR"
finish 143
