# SPDX-License-Identifier: Apache-2.0
# A peer that accepts and never answers: the clock runs out on time, and meanwhile the supervisor
# hears everything else. The same with a host that cannot be found, and with a status that is wrong.
. "$1/lib.bash"

port=$("$TOOL" free-port)
other=$("$TOOL" free-port)
eval "service_mute() { exec \"$RT\" step -- \"$TOOL\" listen $port; }"
eval "service_wrong() { exec \"$RT\" step -- \"$TOOL\" answer $other 503; }"
service_lost() { exec "$RT" step -- sleep 1000; }
service_quick() { exec "$RT" step -- true; }

begin
start <<TABLE
service mute
  run service_mute
  ready http http://127.0.0.1:$port/health status 200 within 1500ms
service wrong
  run service_wrong
  ready http 'http://localhost:$other/?q=1' status 200 within 1500ms
service lost
  run service_lost
  ready tcp no-such-host.invalid:80 within 1500ms
service quick
  run service_quick
TABLE
state_becomes quick state exited
state_becomes mute readiness timeout
state_becomes wrong readiness timeout
kill -TERM "$SUPERVISOR"
finish 143
expect_said "hpcc: service 'mute' was not ready within 1500ms; no service waits for it"

begin
start <<TABLE
service mute
  run service_mute
  ready http http://127.0.0.1:$port/health status 200 within 1s
service quick
  run service_quick
  after mute healthy
TABLE
finish 1
expect_said "hpcc: service 'mute' was not ready within 1s: job fails"
expect_state mute verdict never-ready
expect_state quick state skipped
