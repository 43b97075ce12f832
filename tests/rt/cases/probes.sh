# SPDX-License-Identifier: Apache-2.0
# All four probes pass when they should, also through a host name and behind interim answers.
. "$1/lib.bash"

one=$("$TOOL" free-port)
two=$("$TOOL" free-port)
three=$("$TOOL" free-port)
eval "service_tcp() { exec \"$RT\" step -- \"$TOOL\" listen $one; }"
eval "service_http() { exec \"$RT\" step -- \"$TOOL\" answer $two 204; }"
eval "service_hints() { exec \"$RT\" step -- \"$TOOL\" answer $three 100 103 103 503; }"
service_log() { exec "$RT" step -- sh -c 'printf "almost re"; printf "ady: 17 workers\n"; exec sleep 1000'; }
service_sleep() { exec "$RT" step -- sleep 1000; }
service_after() { exec "$RT" step -- true; }

begin
start <<TABLE
service tcp
  run service_tcp
  ready tcp localhost:$one within 20s
  lifetime dependents
service named
  run service_sleep
  ready tcp $(hostname):$one within 20s
  on-failure ignore
service http
  run service_http
  ready http http://127.0.0.1:$two status 204 within 20s
  lifetime dependents
service hints
  run service_hints
  ready http http://127.0.0.1:$three status 503 within 20s
  lifetime dependents
service hinted
  run service_sleep
  ready http http://127.0.0.1:$three status 103 within 20s owner any
  lifetime dependents
service log
  run service_log
  log logs/log.log
  ready log '^almost ready: [0-9]+ workers$' within 20s
  lifetime dependents
service sleep
  run service_sleep
  ready sleep 200ms
  lifetime dependents
service after
  run service_after
  after tcp healthy
  after http healthy
  after hints healthy
  after hinted healthy
  after log healthy
  after sleep healthy
TABLE
state_becomes after state exited
state_becomes tcp state exited
kill -TERM "$SUPERVISOR"
finish 143
for service in tcp http hints hinted log sleep; do
	expect_state $service readiness passed
	expect_state $service last_exit_code 0
	expect_state $service verdict stopped
done
