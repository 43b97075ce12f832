# SPDX-License-Identifier: Apache-2.0
# The wall clock jumps an hour forth and back all the time: windows, backoffs and time-outs do not
# notice. And whatever is signalled is a child that has not been reaped: never a stale pid.
[ -n "${HPCC_RT_HOST:-}" ] || { echo 'no preloading here: left out' && exit 0; }
export HPCC_RT=$HPCC_RT_HOST
. "$1/lib.bash"

# Its last life ends the job, so that one waits until nothing else is still to happen.
service_flaky() {
	exec "$RT" step -- sh -c "$TOOL tree 3; echo >>$WORK/lives
		[ \$(wc -l <$WORK/lives) -lt 3 ] ||
			until grep -q 'was not ready' $WORK/batch.log; do sleep 0.02; done
		exit 42"
}
service_deaf() { exec "$RT" step -- sh -c 'trap "" TERM; echo up; while :; do sleep 1000; done'; }
service_never() { exec "$RT" step -- sleep 1000; }

export RT_PRELOAD_REPORT=$WORK/report LD_PRELOAD=$HPCC_RT_PRELOAD
begin
echo : >"$JOB_DIR/hooks/nothing"
start <<'TABLE'
service flaky
  run service_flaky
  log logs/flaky.log
  epilogue hooks/nothing
  on-failure restart max 2 window 9 in 60s backoff 200ms
service deaf
  run service_deaf
  log logs/deaf.log
  ready log up within 20s
  stop TERM grace 300ms
service never
  run service_never
  ready log x within 1s
  log logs/never.log
TABLE
finish 42
expect_said "hpcc: service 'flaky' exited with status 42; restarting (2/2), 2/9 failures in 60s"
expect_said "hpcc: service 'flaky' exited with status 42; lifetime cap reached (2/2 restarts): job fails"
expect_said "hpcc: service 'never' was not ready within 1s; no service waits for it"
expect_said "hpcc: killing service 'deaf'"
[ ! -e "$WORK/report" ] || fail "signalled without knowing whom: $(<"$WORK/report")"
wait_for 5 nothing_left
