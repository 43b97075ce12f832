# SPDX-License-Identifier: Apache-2.0
# Only lines of the present launch make a service ready: not those of the launch before, nor of its
# prologue. A log that is cut off, or replaced, is read from its beginning.
. "$1/lib.bash"

cat >"$WORK/again" <<'SCRIPT'
here() { until [ -e "$WORK/$1" ]; do read -r -t 0.02 <> <(:) || :; done; }
echo >>"$WORK/lives"
life=$(wc -l <"$WORK/lives")
[ "$life" = 2 ] || echo READY
here "go$life"
[ "$life" != 2 ] || echo READY
here "end$life"
exit 1
SCRIPT
cat >"$WORK/cut.sh" <<'SCRIPT'
echo a long line, longer than what comes then
until [ -e "$WORK/cut" ]; do read -r -t 0.02 <> <(:) || :; done
echo READY
exec sleep 1000
SCRIPT
export WORK
service_again() { exec "$RT" step -- bash "$WORK/again"; }
service_cut() { exec "$RT" step -- bash "$WORK/cut.sh"; }
service_next() { exec "$RT" step -- true; }

begin
echo 'echo READY' >"$JOB_DIR/hooks/prologue"
start <<'TABLE'
service again
  run service_again
  log logs/again.log
  prologue hooks/prologue
  ready log '^READY$' within 60s
  on-failure restart max 5 window 5 in 60s backoff 10ms
service cut
  run service_cut
  log logs/cut.log
  ready log '^READY$' within 60s
  lifetime dependents
service next
  run service_next
  after cut healthy
TABLE
state_becomes again state ready
touch "$WORK/go1" "$WORK/end1"
state_becomes again launches 2
state_becomes again state running
# It has looked by then, and the old lines are there.
state_becomes again last_look 'no line matched'
expect_state again readiness pending
[ "$(grep -c READY "$JOB_DIR/logs/again.log")" = 3 ] || fail 'the log is another one'
touch "$WORK/go2"
state_becomes again state ready

state_becomes cut last_look 'no line matched'
: >"$JOB_DIR/logs/cut.log"
touch "$WORK/cut"
state_becomes next state exited
kill -TERM "$SUPERVISOR"
finish 143
