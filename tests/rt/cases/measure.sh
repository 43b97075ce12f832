# SPDX-License-Identifier: Apache-2.0
# What services use while they run is measured when somebody asks (URG), and not before: processes, CPU time, memory,
# and what was read and written, of all tasks together; of processes that look at a service nothing counts. Without the
# wire /proc has it.
# shellcheck disable=SC2317 # functions that the supervisor calls
. "$1/lib.bash"

cd "$WORK" || exit
service_two() {
	local task
	for task in 0 1; do
		SLURM_PROCID=$task "$RT" step -- bash -c 'printf -v text "%060000000d" 0
			for ((i = 0; i < 300000; i++)); do :; done
			(exec sleep 1001) & (exec sleep 1002) & : >up.'"$task"'; wait' &
	done
	wait
}
service_idle() { exec "$RT" step -- sleep 1000; }
service_short() { exec "$RT" step -- true; }
begin
start < <(
	printf 'service two\n  run service_two\n  tasks 2\nservice idle\n  run service_idle\n'
	printf 'service short\n  run service_short\n'
)
wait_for 60 test -e up.0 -a -e up.1
state_becomes short state exited
state_becomes idle state running
grep -q '"measured_at":null' "$JOB_DIR/state.json" || fail 'somebody was asked'
[ "$(grep -c '"live":null' "$JOB_DIR/state.json")" = 3 ] || fail 'somebody was asked'
# live NAME KEY: a value that was measured.
live() { sed -n "s/.*{\"name\":\"$1\",.*\"live\":{[^}]*\"$2\":\([0-9.]*\).*/\1/p" "$JOB_DIR/state.json"; }
measured() { sed -n 's/.*"measured_at":"\([^"]*\)".*/\1/p' "$JOB_DIR/state.json"; }
is_measured() { [ "$(measured)" ]; }
is_measured_again() { [[ $(measured) > $before ]]; }
kill -URG "$SUPERVISOR"
wait_for 30 is_measured
first=$(measured)
processes=$(live two processes)
# Each task is bash and two of sleep; without the wire the shims stand among them.
if [ "${HPCC_WIRE:-}" = off ]; then expected=8; else expected=6; fi
[ "$processes" = $expected ] || fail "$processes processes, not $expected"
[ "$(live idle processes)" = 1 ] || fail "$(live idle processes) processes of one"
awk -v t="$(live two cpu_seconds)" 'BEGIN { exit !(t > 0.05 && t < 100) }' || fail "CPU time: $(live two cpu_seconds)"
for key in memory_bytes max_memory_bytes; do
	bytes=$(live two $key)
	((bytes > 60000000 && bytes < 4000000000)) || fail "$key: $bytes"
done
(($(live two memory_bytes) > 120000000)) || fail "two tasks with 60 MB each: $(live two memory_bytes)"
(($(live idle memory_bytes) < 60000000)) || fail "sleep: $(live idle memory_bytes)"
grep -q '"name":"short".*"live":null' "$JOB_DIR/state.json" || fail 'one that has ended was measured'

# signal_process NAME WORDS: to those that run just these.
signal_process() {
	local pid
	for pid in $(processes_left); do
		[ "$(tr '\0' ' ' <"/proc/$pid/cmdline")" != "$2 " ] || kill -s "$1" "$pid"
	done
}

# Asked again, it is measured again; what has ended meanwhile counts no more.
signal_process TERM 'sleep 1001'
fewer() { kill -URG "$SUPERVISOR" && [ "$(live two processes)" = $((expected - 2)) ]; }
wait_for 30 fewer
[[ $(measured) > $first ]] || fail 'the time is the first one'
# Asked twice in a row, it is measured twice.
for _ in 1 2; do
	before=$(measured)
	kill -URG "$SUPERVISOR"
	wait_for 30 is_measured_again
done

# A shim that stands still hides nothing of the others, and later is measured again.
signal_process STOP "$RT step -- sleep 1000"
for _ in 1 2; do
	before=$(measured)
	kill -URG "$SUPERVISOR"
	wait_for 30 is_measured_again
	[ "$(live two processes)" = $((expected - 2)) ] || fail "$(live two processes) processes beside a shim that stands still"
done
if [ "${HPCC_WIRE:-}" != off ]; then
	grep -q '"name":"idle".*"live":null' "$JOB_DIR/state.json" || fail 'one that stands still was measured'
fi
signal_process CONT "$RT step -- sleep 1000"
idle_is_measured() { kill -URG "$SUPERVISOR" && [ "$(live idle processes)" = 1 ]; }
wait_for 30 idle_is_measured
kill -TERM "$SUPERVISOR"
finish 143
[ "$(grep -c '"live":null' "$JOB_DIR/state.json")" = 3 ] || fail 'what has ended was measured'
