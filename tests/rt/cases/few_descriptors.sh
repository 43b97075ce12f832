# SPDX-License-Identifier: Apache-2.0
# Fewer descriptors than probes: logs and ports are looked at in turn, launches still get theirs, and
# what is left out is told once. Then calls that fail: inotify, pipe, pidfd, timers for helpers.
. "$1/lib.bash"

port=$("$TOOL" free-port)
eval "service_server() { exec \"\$RT\" step -- \"\$TOOL\" listen $port; }"
service_log() { exec "$RT" step -- sh -c 'until [ -e "$WORK/go" ]; do sleep 0.2; done; echo READY; exec sleep 1000'; }
service_port() { exec "$RT" step -- sleep 1000; }
service_last() { exec "$RT" step -- true; }
export WORK

table() {
	local i
	printf 'service server\n  run service_server\n  ready tcp 127.0.0.1:%s within %s\n  lifetime dependents\n' "$port" "$2"
	for ((i = 0; i < $1; i++)); do
		printf 'service log%s\n  run service_log\n  log logs/log%s.log\n  ready log READY within %s\n  lifetime dependents\n' $i $i "$2"
		printf 'service port%s\n  run service_port\n  log logs/port%s.log\n  ready tcp localhost:%s within %s owner any\n  lifetime dependents\n' $i $i "$port" "$2"
	done
	printf 'service last\n  run service_last\n  after server healthy\n'
	for ((i = 0; i < $1; i++)); do
		printf '  after log%s healthy\n  after port%s healthy\n' $i $i
	done
}

begin
(
	ulimit -n 40
	start < <(table 30 60s)
	state_becomes log29 state running
	state_becomes log29 last_look 'no line matched'
	touch "$WORK/go"
	finish 0
)
never_said 'runs without a log'
never_said 'was not ready'
expect_state last verdict completed
[ "$(grep -c 'is ready' "$WORK/batch.log")" = 61 ] || fail 'not all became ready'
[ "$(grep -c 'by the clock instead' "$WORK/batch.log")" -le 1 ] || fail 'told more than once'

[ -n "${HPCC_RT_HOST:-}" ] || { echo 'no preloading here: the rest is left out' && exit 0; }
RT=$HPCC_RT_HOST
for broken in inotify_init1 inotify_add_watch; do
	rm -f "$WORK/go"
	begin
	RT_PRELOAD_FAIL=$broken LD_PRELOAD=$HPCC_RT_PRELOAD start < <(table 2 60s)
	state_becomes log1 last_look 'no line matched'
	touch "$WORK/go"
	finish 0
	[ "$(grep -c 'by the clock instead' "$WORK/batch.log")" = 1 ] || fail 'not told, or more than once'
	never_said 'was not ready'
done
# Once in a while is no reason to give up, whatever call it is.
for broken in socket epoll_ctl pipe2 fork openat; do
	rm -f "$WORK/go"
	begin
	RT_PRELOAD_FAIL=$broken RT_PRELOAD_EVERY=4 LD_PRELOAD=$HPCC_RT_PRELOAD start < <(table 2 5s)
	touch "$WORK/go"
	wait_for 60 eval '! kill -0 "$SUPERVISOR" 2>/dev/null'
	wait "$SUPERVISOR" || :
	SUPERVISOR=
	said 'hpcc: job completed' || said 'hpcc: job failed with status 126' ||
		{ said 'hpcc: job failed with status 1' && said 'runs without a log'; } || fail "$broken: the job did not end in order"
	wait_for 10 nothing_left
done
