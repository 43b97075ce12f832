# SPDX-License-Identifier: Apache-2.0
# Where nothing happens the supervisor sleeps: it isn't woken up, writes no state, and syncs no file.
. "$1/lib.bash"

services=100
service_idle() { exec "$RT" step -- sleep 1000; }
table() {
	local i
	for ((i = 0; i < services; i++)); do
		printf 'service s%d\n  run service_idle\n  log logs/s%d.log\n' "$i" "$i"
		printf '  on-failure restart max 3 window 3 in 60s backoff 5s\n'
	done
}
all_are_up() { [ "$(grep -c '"state":"running"' "$JOB_DIR/state.json")" = "$services" ]; }
workers() {
	local pid children
	read -ra children <"/proc/$SUPERVISOR/task/$SUPERVISOR/children" || : # no line feed
	for pid in "${children[@]}"; do
		[[ $(cat "/proc/$pid/comm" 2>/dev/null) != hpcc-rt* ]] || echo "$pid"
	done
}
# What can be told of it without looking too closely: times it fell asleep, files it wrote.
signs() {
	local pid
	for pid in "$SUPERVISOR" $(workers); do
		grep -h '^voluntary' "/proc/$pid/status"
	done
	find "$JOB_DIR" -type f -printf '%i %T@ %p\n' | sort
}
is_calm() {
	local before
	before=$(signs)
	read -r -t 3 <> <(:) || :
	[ "$(signs)" = "$before" ]
}
begin
start < <(table)
wait_for 60 all_are_up
wait_for 60 is_calm
kill -TERM "$SUPERVISOR"
finish 143
