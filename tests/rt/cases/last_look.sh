# SPDX-License-Identifier: Apache-2.0
# A failure of readiness tells what the last look saw: in the batch log, in state.json, in events.jsonl.
. "$1/lib.bash"

wrong=$("$TOOL" free-port)
deaf=$("$TOOL" free-port)
refused=$("$TOOL" free-port)
eval "service_wrong() { exec \"\$RT\" step -- \"\$TOOL\" answer $wrong 404; }"
eval "service_deaf() { exec \"\$RT\" step -- \"\$TOOL\" listen $deaf; }"
service_quiet() { exec "$RT" step -- sh -c 'echo something else; exec sleep 1000'; }
service_next() { exec "$RT" step -- true; }

begin 'deaf token deaf' 'refused token refused' 'quiet token quiet' 'nameless token nameless' 'wrong token wrong' 'next token next'
start <<TABLE
service deaf
  run service_deaf
  ready http http://127.0.0.1:$deaf/ status 200 within 1s
service refused
  run service_quiet
  ready tcp localhost:$refused within 1s
service quiet
  run service_quiet
  log logs/quiet.log
  ready log READY within 1s
service nameless
  run service_quiet
  ready tcp no-such-host.invalid:80 within 2s
service wrong
  run service_wrong
  ready http http://127.0.0.1:$wrong/health status 200 within 4s
service next
  run service_next
  after wrong healthy
TABLE
state_becomes wrong last_look 404
finish 1
expect_said "service 'wrong' was not ready within 4s: job fails (last look: 404)"
expect_said "service 'deaf' was not ready within 1s; no service waits for it (last look: no answer)"
expect_said "service 'refused' was not ready within 1s; no service waits for it (last look: connection refused)"
expect_said "service 'quiet' was not ready within 1s; no service waits for it (last look: no line matched)"
expect_said "service 'nameless' was not ready within 2s; no service waits for it (last look: host name 'no-such-host.invalid' not found)"
expect_state wrong last_look 404
expect_state wrong verdict never-ready
expect_state refused last_look 'connection refused'
grep -q '"service":"wrong","event":"never-ready",.*"last_look":"404"' "$JOB_DIR/events.jsonl" ||
	fail 'the event does not tell'
grep -q '"service":"quiet","event":"readiness-timeout",.*"last_look":"no line matched"' \
	"$JOB_DIR/events.jsonl" || fail 'the event does not tell'
! grep '"event":"launched"' "$JOB_DIR/events.jsonl" | grep last_look || fail 'told where nothing was looked at'
"$1/../schema/job-files" "$JOB_DIR" || [ $? = 77 ] || fail 'files that are not as documented'
