# SPDX-License-Identifier: Apache-2.0
# What a service has used: of each launch in its exit's event, of all of them in the state. Processes that
# the command left behind count, too.
. "$1/lib.bash"

service_busy() {
	exec "$RT" step -- bash -c 'printf -v text "%060000000d" 0
		(for ((i = 0; i < 100000; i++)); do :; done) &
		for ((i = 0; i < 100000; i++)); do :; done
		exit 1'
}
service_idle() { exec "$RT" step -- true; }

begin busy idle
job 1 <<'TABLE'
service busy
  run service_busy
  log logs/busy.log
  on-failure restart max 1 window 1 in 60s backoff 0s
service idle
  run service_idle
TABLE
# used FILE SERVICE KEY: the values, one a line.
used() { sed -n "s/.*\"$2\".*\"usage\":{[^}]*\"$3\":\([0-9.]*\).*/\1/p" "$1"; }
grep '"event":"exit"' "$JOB_DIR/events.jsonl" >"$WORK/exits"
mapfile -t cpu < <(used "$WORK/exits" busy cpu_seconds)
[ ${#cpu[@]} = 2 ] || fail "exits tell ${#cpu[@]} times what was used, not twice"
for time in "${cpu[@]}"; do
	awk -v t="$time" 'BEGIN { exit !(t > 0.02 && t < 100) }' || fail "a launch has used $time s"
done
all=$(used "$JOB_DIR/state.json" busy cpu_seconds)
awk -v all="$all" -v a="${cpu[0]}" -v b="${cpu[1]}" 'BEGIN { d = all - a - b; exit !(d > -0.003 && d < 0.003) }' ||
	fail "in all it has used $all s, of ${cpu[*]}"
for bytes in $(used "$WORK/exits" busy max_memory_bytes) $(used "$JOB_DIR/state.json" busy max_memory_bytes); do
	((bytes > 60000000 && bytes < 4000000000)) || fail "it has had $bytes bytes"
done
bytes=$(used "$JOB_DIR/state.json" idle max_memory_bytes)
((bytes > 100000 && bytes < 60000000)) || fail "'true' has had $bytes bytes"
