# SPDX-License-Identifier: Apache-2.0
# A look that the whole job is suspended in doesn't count against its service, and one that a stop comes
# in is told of no more.
. "$1/lib.bash"

port=$("$TOOL" free-port)
export WORK
# Each answer takes a while, so that a look is nearly always under way.
echo '200 400' >"$WORK/health"
eval "service_server() { exec \"\$RT\" step -- \"\$TOOL\" health $port \"\$WORK/health\"; }"
passed() { ((${EPOCHREALTIME/./} >= $1)); }
wait_until() { wait_for 60 passed $((${EPOCHREALTIME/./} + $1)); }
event() { grep "\"event\":\"$1\"" "$JOB_DIR/events.jsonl"; }

begin
start <<TABLE
service server
  run service_server
  ready http http://127.0.0.1:$port/ status 200 within 60s
  live http http://127.0.0.1:$port/ status 200 every 50ms attempt 3s failures 1
  stop TERM grace 5s
TABLE
state_becomes server state ready
for round in 1 2 3; do
	wait_until $((100000 * round))
	mapfile -t pids < <(processes_left)
	kill -STOP "$SUPERVISOR" "${pids[@]}" 2>/dev/null || :
	wait_until 4500000
	kill -CONT "$SUPERVISOR" "${pids[@]}" 2>/dev/null || :
	wait_until 1000000
done
wait_for 20 said 'the job stood still for'
never_said unhealthy
! event look-failed || fail 'a look failed'
expect_state server state ready
# It hangs for as long as a look may take, and is stopped by the job's end meanwhile.
echo '200 1000000' >"$WORK/health"
wait_until 200000
kill -TERM "$SUPERVISOR"
finish 143
expect_state server verdict stopped
! event look-failed || fail 'a look failed'
