# SPDX-License-Identifier: Apache-2.0
# A service that is ready and doesn't answer any more is stopped; its end is a failure, whatever status it gives, and
# the policy decides. What a look saw is told.
. "$1/lib.bash"

port=$("$TOOL" free-port)
export WORK
eval "service_server() {
	echo >>\"\$WORK/lives\"
	exec \"\$RT\" step -- sh -c 'echo \$\$ >\"\$WORK/pid\"; exec \"\$0\" health $port \"\$WORK/health\"' \"\$TOOL\"
}"
service_client() { exec "$RT" step -- "$TOOL" until "$WORK/end"; }
told() { grep -q "\"service\":\"server\",\"event\":\"$1\",.*\"last_look\":\"$2\"" "$JOB_DIR/events.jsonl"; }
happened() { [ "$(grep -c "\"service\":\"server\",\"event\":\"$1\"" "$JOB_DIR/events.jsonl")" -ge "$2" ]; }

begin 'server token server' 'client token client'
start <<TABLE
service server
  run service_server
  ready http http://127.0.0.1:$port/ status 200 within 60s
  live http http://127.0.0.1:$port/ status 200 every 200ms attempt 20s failures 20
  stop TERM grace 300ms
  on-failure restart max 1 window 1 in 600s backoff 50ms
service client
  run service_client
  after server healthy
TABLE
state_becomes client state running
# A look that fails, and a later one that passes: nothing happens to it.
echo 503 >"$WORK/health"
wait_for 60 told look-failed 503
echo 200 >"$WORK/health"
wait_for 60 happened look-passed 1
never_said 'is unhealthy'
expect_state server launches 1
# So many in a row: it is stopped, and started again; it looks well then.
echo 404 >"$WORK/health"
wait_for 60 said "service 'server' is unhealthy: 20 looks in a row have failed (last look: 404)"
echo 200 >"$WORK/health"
state_becomes server launches 2
state_becomes server state ready
expect_said "service 'server' was stopped as unhealthy; restarting (1/1), 1/1 failures in 600s"
told unhealthy 404 || fail 'the event does not tell'
grep -q '"service":"server","event":"restarting",.*"verdict":"unhealthy","status":1,' "$JOB_DIR/events.jsonl" ||
	fail 'no verdict in the event'
never_said "stopping service 'client'"
# The caps count it.
echo 500 >"$WORK/health"
finish 1
expect_said "service 'server' was stopped as unhealthy; lifetime cap reached (1/1 restarts): job fails"
expect_state server verdict unhealthy
expect_state server last_exit_code 1
expect_state server last_look 500
expect_state client verdict stopped
"$1/../schema/job-files" "$JOB_DIR" || [ $? = 77 ] || fail 'files that are not as documented'

# It hangs: the kernel takes the connection, nobody answers, and TERM isn't heard. No readiness: from its start on.
rm -f "$WORK/health" "$WORK/pid"
begin
start <<TABLE
service server
  run service_server
  live http http://127.0.0.1:$port/ status 200 every 3s attempt 1s failures 2
  stop TERM grace 300ms
  on-failure ignore
TABLE
state_becomes server state running
wait_for 60 test -s "$WORK/pid"
kill -STOP "$(<"$WORK/pid")"
finish 0
expect_said "service 'server' is unhealthy: 2 looks in a row have failed (last look: no answer)"
expect_said "killing service 'server'"
expect_said "service 'server' was stopped as unhealthy; ignored"
expect_state server verdict unhealthy
wait_for 30 nothing_left

# A port at which nobody listens any more; and a program that ends with 0 when it is told to.
eval "service_server() {
	exec \"\$RT\" step -- bash -c 'trap \"exit 0\" TERM; \"\$0\" listen $port & echo \$! >\"\$WORK/pid\"
		until [ -e \"\$WORK/never\" ]; do read -r -t 0.02 <> <(:) || :; done' \"\$TOOL\"
}"
rm -f "$WORK/pid"
begin
start <<TABLE
service server
  run service_server
  ready tcp 127.0.0.1:$port within 60s
  live tcp 127.0.0.1:$port every 200ms attempt 20s failures 2
TABLE
state_becomes server state ready
kill -KILL "$(<"$WORK/pid")"
finish 1
expect_said "service 'server' is unhealthy: 2 looks in a row have failed (last look: connection refused)"
expect_said "service 'server' was stopped as unhealthy: job fails"
expect_state server last_exit_code 1
