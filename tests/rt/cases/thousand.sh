# SPDX-License-Identifier: Apache-2.0
# A thousand services at once, with the usual limit on descriptors.
. "$1/lib.bash"

ulimit -n 256
service_one() { exec "$RT" step -- true; }

begin
job 0 < <(for ((i = 0; i < 1000; i++)); do printf 'service s%d\n  run service_one\n  log logs/s%d.log\n' "$i" "$i"; done)
[ "$(grep -c '"state":"exited","verdict":"completed"' "$JOB_DIR/state.json")" = 1000 ] ||
	fail 'not all of them completed'
[ "$(grep -c '"event":"exit"' "$JOB_DIR/events.jsonl")" = 1000 ] || fail 'not every exit was recorded once'
