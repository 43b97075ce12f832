# SPDX-License-Identifier: Apache-2.0
# While all processes of a job stand still, as after `scontrol suspend`, no clock of it runs: not that of
# readiness, of a backoff, of a restart window or of the start.
. "$1/lib.bash"

cat >"$WORK/until" <<'SCRIPT'
until [ -e "$WORK/$1" ]; do read -r -t 0.02 <> <(:) || :; done
SCRIPT
export WORK
service_slow() { exec "$RT" step -- sh -c 'bash "$WORK/until" go; echo READY; exec sleep 1000'; }
service_next() { exec "$RT" step -- true; }
service_late() {
	bash "$WORK/until" go
	exec "$RT" step -- sleep 1000
}
service_flaky() {
	echo >>"$WORK/lives"
	exec "$RT" step -- sh -c 'bash "$WORK/until" "end$(wc -l <"$WORK/lives")"; exit 42'
}
passed() { ((${EPOCHREALTIME/./} >= $1)); }
# stand_still SECONDS SIGNAL…: the guard, the supervisor and all that they started.
stand_still() {
	local end signal pids
	mapfile -t pids < <(processes_left)
	for signal in "${@:2}"; do
		# shellcheck disable=SC2153 # the runner sets it
		kill -s "$signal" "$SUPERVISOR" "${pids[@]}" 2>/dev/null || :
	done
	end=$((${EPOCHREALTIME/./} + $1 * 1000000))
	wait_for "$1" passed "$end"
	kill -CONT "$SUPERVISOR" "${pids[@]}" 2>/dev/null || :
}
table() {
	cat <<'TABLE'
service slow
  run service_slow
  log logs/slow.log
  ready log READY within 12s
  lifetime dependents
service next
  run service_next
  after slow healthy
service late
  run service_late
  start within 12s
service flaky
  run service_flaky
  on-failure restart max 5 window 1 in 12s backoff 100ms
TABLE
}

export RT_TEST_MARK=$WORK
for how in STOP 'TSTP STOP'; do
	rm -f "$WORK"/go "$WORK"/end? "$WORK"/lives
	begin
	start < <(table)
	state_becomes slow last_look 'no line matched'
	state_becomes late state starting
	touch "$WORK/end1"
	state_becomes flaky launches 2
	state_becomes flaky state running
	# shellcheck disable=SC2086 # one word a signal
	stand_still 13 $how
	wait_for 20 said 'the job stood still for'
	touch "$WORK/go"
	state_becomes next state exited
	expect_state slow readiness passed
	state_becomes late state running
	# For the window the first failure was a moment ago.
	touch "$WORK/end2"
	finish 42
	expect_said "service 'flaky' exited with status 42; window cap reached (1 failures in 12s): job fails"
	never_said 'was not ready'
	never_said 'has not begun'
done

# CONT alone, as Slurm sends it along with TERM, is no stop; and the supervisor alone may be stopped.
rm -f "$WORK"/go
begin
start <<'TABLE'
service slow
  run service_slow
  log logs/slow.log
  ready log READY within 12s
  lifetime dependents
service next
  run service_next
  after slow healthy
TABLE
state_becomes slow last_look 'no line matched'
read -r supervisor _ <"/proc/$SUPERVISOR/task/$SUPERVISOR/children" || : # no line break there
kill -CONT "$supervisor"
kill -STOP "$supervisor"
end=$((${EPOCHREALTIME/./} + 13000000))
wait_for 13 passed "$end"
kill -CONT "$supervisor"
wait_for 20 said 'the job stood still for'
touch "$WORK/go"
finish 0
