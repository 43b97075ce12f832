# SPDX-License-Identifier: Apache-2.0
# Orders by hand, whatever a service does at the moment: restart, stop, start, signal. An end by hand is no failure and
# no cap counts it; what waits, waits on; who is needed stays; nothing else starts what was stopped.
# shellcheck disable=SC2317 # functions that the supervisor calls
. "$1/lib.bash"

number=0
# order LINE…: gives it, and waits for the answer: the words of $answer.
order() {
	number=$((number + 1))
	local name
	printf -v name '%03d' $number
	printf '%s\n' 'hpcc-order 1' "$@" >"$JOB_DIR/orders/.$name.tmp"
	mv "$JOB_DIR/orders/.$name.tmp" "$JOB_DIR/orders/$name"
	kill -URG "$SUPERVISOR"
	wait_for 60 grep -q '^hpcc-answer 1$' "$JOB_DIR/orders/$name"
	answer=$(tail -n +2 "$JOB_DIR/orders/$name" | xargs)
}
# expect ANSWER LINE…
expect() {
	local wanted=$1
	shift
	order "$@"
	[ "$answer" = "$wanted" ] || fail "'$*' is answered '$answer', not '$wanted'"
}

service_good() { exec "$RT" step -- sh -c 'trap "echo bye; exit 7" TERM; echo begun; while :; do sleep 0.05; done'; }
service_deaf() { exec "$RT" step -- sh -c 'trap "" TERM; echo begun; while :; do sleep 0.05; done'; }
service_weak() { exec "$RT" step -- sh -c 'echo begun; exit 3'; }
service_two() {
	local task
	trap : HUP TERM # which go to the whole group where there is no wire
	for task in 0 1; do
		SLURM_PROCID=$task "$RT" step -- sh -c 'trap "echo bye; exit 0" TERM; trap "echo hup" HUP; trap "echo usr" USR1
			echo begun; while :; do sleep 0.05; done' &
	done
	until wait; do :; done
}
service_once() { exec "$RT" step -- true; }
lines() { [ "$(grep -sc "$2" "$JOB_DIR/logs/$1.log")" = "$3" ]; }

begin
printf 'echo prologue\n' >"$JOB_DIR/hooks/p.sh"
printf 'echo epilogue\n' >"$JOB_DIR/hooks/e.sh"
start <<'TABLE'
job grace 5s
service good
  run service_good
  log logs/good.log
  on-failure restart max 1 window 1 in 60s backoff 1s
  prologue hooks/p.sh
  epilogue hooks/e.sh
service deaf
  run service_deaf
  log logs/deaf.log
  stop TERM grace 300ms
service two
  run service_two
  log logs/two.log
  tasks 2
service weak
  run service_weak
  log logs/weak.log
  on-failure restart max 5 window 5 in 60s backoff 1000s
service late
  run service_once
  after good completed
  on-failure ignore
service server
  run service_good
  log logs/server.log
  lifetime dependents
service client
  run service_good
  log logs/client.log
  after server started
TABLE
for name in good deaf two server client; do
	wait_for 60 grep -q begun "$JOB_DIR/logs/$name.log"
	state_becomes $name state running
done
[ "$(stat -c '%a' "$JOB_DIR/orders")" = 700 ] || fail 'others may look into the folder of orders'

# Again and again; prologue and epilogue belong to each launch, and late still waits.
expect 'taken 1' 'restart good'
wait_for 60 lines good begun 2
expect 'taken 2' 'restart good'
wait_for 60 lines good begun 3
lines good bye 2 || fail 'it was not stopped gracefully'
lines good prologue 3 || fail 'no prologue before each launch'
lines good epilogue 2 || fail 'no epilogue after each'
state_becomes good launches 3
expect_state good restart_count 0
expect_state good restart_failures_in_window 0
expect_state good restarts_by_hand 2
expect_state late state waiting
expect_said "hpcc: service 'good' is restarted by hand"

# Two wishes for one thing are one; a deaf one is killed.
expect 'taken 1 already 1' 'restart deaf' 'restart deaf'
wait_for 60 lines deaf begun 2
state_becomes deaf launches 2
# The same file once more is no second order.
kill -STOP "$SUPERVISOR"
printf '%s\n' 'hpcc-order 1' 'restart deaf' >"$JOB_DIR/orders/900"
cp "$JOB_DIR/orders/900" "$WORK/again"
kill -URG "$SUPERVISOR"
kill -CONT "$SUPERVISOR"
wait_for 60 grep -q '^taken 2' "$JOB_DIR/orders/900"
cp "$WORK/again" "$JOB_DIR/orders/.900.tmp"
mv "$JOB_DIR/orders/.900.tmp" "$JOB_DIR/orders/900"
wait_for 60 lines deaf begun 3
expect 'already 3' 'start deaf'
grep -q '^hpcc-order' "$JOB_DIR/orders/900" || fail 'it was taken twice'
rm "$JOB_DIR/orders/900"
state_becomes deaf launches 3

# Both tasks hear; what expects no USR1 isn't killed by it.
expect 'taken 1' 'signal two HUP'
wait_for 60 lines two hup 2
expect 'taken 1' 'signal two SIGUSR1'
wait_for 60 lines two usr 2
expect 'taken 3' 'signal deaf USR1'
expect 'taken 1 taken 1' 'stop two' 'start two'
wait_for 60 lines two begun 4
lines two bye 2 || fail 'a task was not stopped gracefully'
state_becomes two state running

# Between two launches: at once, or not at all.
state_becomes weak state backoff
expect 'taken 1' 'restart weak'
wait_for 60 lines weak begun 2
state_becomes weak state backoff
state_becomes weak restart_count 2
state_becomes weak state backoff
expect 'taken 2' 'stop weak'
state_becomes weak state exited
expect_state weak verdict stopped
expect 'not-there 2' 'signal weak HUP'
expect 'already 2' 'stop weak'

# What was stopped is needed no less, and needs no less.
expect 'taken 1 taken 1' 'stop client' 'stop server'
state_becomes client stopped_by_hand true
state_becomes server stopped_by_hand true
expect 'taken 1' 'start server'
wait_for 60 lines server begun 2
state_becomes server state running
expect 'taken 3' 'stop good'
state_becomes good stopped_by_hand true
expect_state good last_exit_code 7
expect_state late state waiting
expect 'waits 0' 'start late'
expect 'taken 0' 'stop late'
state_becomes late state exited
expect 'taken 0' 'start late'
state_becomes late state waiting

# A signal that ends it is as any other end: here the job fails.
expect 'taken 3' 'signal deaf KILL'
finish 137
expect_said "hpcc: service 'deaf' was ended by signal KILL (status 137): job fails"
grep -q '"event":"end","state":"FAILED"' "$JOB_DIR/events.jsonl" || fail 'no end'
for name in good client; do
	expect_state $name verdict stopped
done
nothing_left || fail 'something is left'

# While the job ends, nothing is begun; afterwards a waiting order is answered, too.
begin
rm "$WORK/batch.log" "$JOB_DIR"/logs/* # of the run before
start <<'TABLE'
job grace 60s
service deaf
  run service_deaf
  log logs/deaf.log
  stop TERM grace 1s
TABLE
is_said() { [ -e "$WORK/batch.log" ] && said "$1"; }
wait_for 60 is_said "service 'deaf' started"
wait_for 60 lines deaf begun 1
[ -z "$(ls "$JOB_DIR/orders")" ] || fail 'orders of the run before are still there'
kill -TERM "$SUPERVISOR"
wait_for 60 said 'signal TERM'
expect 'job-ends 1 job-ends 1' 'restart deaf' 'signal deaf HUP'
finish 143

# Who is the last doesn't keep the job when all others were stopped; a stop ends no job.
begin
service_goes() { exec "$RT" step -- sh -c 'until [ -e "$WORK/go" ]; do sleep 0.05; done'; }
export WORK
rm "$WORK/batch.log" "$JOB_DIR"/logs/*
start <<'TABLE'
service good
  run service_good
  log logs/good.log
service goes
  run service_goes
TABLE
wait_for 60 is_said "service 'good' started"
wait_for 60 lines good begun 1
state_becomes goes state running
expect 'taken 1 taken 1' 'stop good' 'stop goes'
state_becomes good stopped_by_hand true
state_becomes goes stopped_by_hand true
expect 'taken 1' 'start goes'
state_becomes goes state running
touch "$WORK/go"
finish 0
expect_state good verdict stopped
