# SPDX-License-Identifier: Apache-2.0
# A stop signal reaches every process of a task, in groups and sessions of its own and daemons too, and
# reaches it once: a second TERM of the same stop would end what a handler runs to save its work.
. "$1/lib.bash"

# The same program in three places. Its handler resets the trap first, and saves by a child.
cat >"$WORK/saver" <<-'SH'
	trap 'trap - TERM; echo "$1 told"; "$RT_TOOL" until "$WORK/save"; echo "$1 saved with $?"; exit 0' TERM
	echo "$1 up"
	while :; do sleep 1000 & wait; done
SH
cat >"$WORK/all" <<-'SH'
	setsid bash "$WORK/saver" session &
	(set -m; bash "$WORK/saver" group &)
	(setsid bash -c '(bash "$WORK/saver" daemon &)' &)
	. "$WORK/saver" leader
SH
export WORK RT_TOOL=$TOOL
names=(leader session group daemon)

all_say() {
	local name
	for name in "${names[@]}"; do grep -qx "$name $1" "$2" || return 1; done
}

# The shim alone, told as Slurm tells it at the time limit.
begin
setsid "$RT" step --dir "$JOB_DIR" -- bash "$WORK/all" >"$WORK/alone" &
shim=$!
SUPERVISOR=$shim
wait_for 30 all_say up "$WORK/alone"
kill -TERM "$shim"
wait_for 30 all_say told "$WORK/alone"
kill -TERM "$shim"
# The shim has taken the second one when it has taken the next signal.
kill -USR1 "$shim"
is_taken() { ! grep -qE '^S(hd|ig)Pnd:.*[1-9a-f]' "/proc/$shim/status"; }
wait_for 30 is_taken
touch "$WORK/save"
status=0
wait "$shim" || status=$?
[ "$status" = 0 ] || fail "the shim ended with $status: $(cat "$WORK/alone")"
all_say 'saved with 0' "$WORK/alone" || fail "a handler was cut off: $(cat "$WORK/alone")"
[ "$(grep -c told "$WORK/alone")" = 4 ] || fail "told more than once: $(cat "$WORK/alone")"
wait_for 10 nothing_left

# What a handler starts to save its work isn't told, wherever it runs, when those outside the group are: its daemon
# began before, and says so.
rm "$WORK/save"
cat >"$WORK/late" <<-'SH'
	(setsid bash "$WORK/saver" daemon &)
	trap 'setsid bash -c "echo saving; \"$RT_TOOL\" until \"$WORK/save\"; echo saved"; exit 0' TERM
	echo leader up
	while :; do sleep 1000 & wait; done
SH
setsid "$RT" step --dir "$JOB_DIR" -- bash "$WORK/late" >"$WORK/handler" &
shim=$!
SUPERVISOR=$shim
names=(leader daemon)
wait_for 30 all_say up "$WORK/handler"
kill -TERM "$shim"
wait_for 30 grep -qx saving "$WORK/handler"
wait_for 30 grep -qx 'daemon told' "$WORK/handler"
touch "$WORK/save"
wait "$shim" || fail "the shim ended with $?: $(cat "$WORK/handler")"
grep -qx saved "$WORK/handler" || fail "what saves was cut off: $(cat "$WORK/handler")"
wait_for 10 nothing_left
names=(leader session group daemon)

# A different one is passed on, and INT as often as it comes. At the end the shell ends its children itself: one
# that it makes while the last signal is on its way has none of it.
setsid "$RT" step --dir "$JOB_DIR" -- bash -c 'trap "echo int" INT; trap "echo term" TERM; trap "echo hup; kill \$(jobs -p) 2>/dev/null; exit 3" HUP
	echo up; while :; do sleep 1000 & wait; done' >"$WORK/several" &
shim=$!
SUPERVISOR=$shim
says() { [ "$(grep -cx "$1" "$WORK/several")" = "$2" ]; }
wait_for 30 says up 1
for step in 'INT int 1' 'INT int 2' 'TERM term 1' 'INT int 3' 'HUP hup 1'; do
	read -r signal word count <<<"$step"
	kill -s "$signal" "$shim"
	wait_for 30 says "$word" "$count"
done
status=0
wait "$shim" || status=$?
[ "$status" = 3 ] || fail "ended with $status, not with the command's 3"

# The same of a service that the supervisor stops; who doesn't listen is killed with all it has.
rm "$WORK/save"
service_db() { exec "$RT" step -- bash "$WORK/all"; }
service_deaf() { exec "$RT" step -- bash -c "trap '' TERM; setsid sleep 1000 & (setsid sleep 1001 &); echo up; sleep 1002"; }
service_client() { exec "$RT" step -- sleep 1000; }
start <<'TABLE'
service db
  run service_db
  log logs/db.log
  ready log daemon.up within 30s
  stop TERM grace 60s
service deaf
  run service_deaf
  log logs/deaf.log
  ready log up within 30s
  stop TERM grace 100ms
service client
  run service_client
  after db healthy
  after deaf healthy
TABLE
state_becomes client state running
wait_for 30 all_say up "$JOB_DIR/logs/db.log"
kill -TERM "$SUPERVISOR"
wait_for 30 all_say told "$JOB_DIR/logs/db.log"
touch "$WORK/save"
finish 143
all_say 'saved with 0' "$JOB_DIR/logs/db.log" || fail 'a handler of db was cut off'
expect_state db last_exit_code 0
expect_state deaf last_exit_code 137
expect_said "hpcc: killing service 'deaf'"
never_said "hpcc: killing service 'db'"
wait_for 10 nothing_left
