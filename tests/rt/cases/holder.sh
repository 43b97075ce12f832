# SPDX-License-Identifier: Apache-2.0
# What is below the shim before the command is, like the process by which a container tool holds up a
# file system, is neither signalled nor waited for, nor is what it starts later; hooks and several
# tasks change nothing about that.
. "$1/lib.bash"

# hold NAME: starts a holder with a child, one in a session of its own, and, once $WORK/NAME.go is
# there, an orphan. Each says so when it is told anything.
cat >"$WORK/holder" <<-'SH'
	trap 'echo "$1 told" >>"$WORK/told"' TERM INT HUP QUIT
	echo "$BASHPID" >"$WORK/$1.pids"
	[ "$1" = "${1%-*}" ] || while :; do sleep 1000 & wait; done
	bash "$0" "$1-child" &
	until [ -e "$WORK/$1.go" ]; do read -r -t 0.02 <> <(:) || :; done
	(bash "$0" "$1-orphan" &)
	while :; do sleep 1000 & wait; done
SH
cat >"$WORK/hold" <<-'SH'
	bash "$WORK/holder" "$1" &
	setsid bash "$WORK/holder" "$1-session" &
	until [ -s "$WORK/$1.pids" ] && [ -s "$WORK/$1-session.pids" ]; do read -r -t 0.02 <> <(:) || :; done
SH
export WORK

service_quick() {
	. "$WORK/hold" quick
	export GO=$WORK/quick
	exec "$RT" step --prologue "$WORK/hook" --epilogue "$WORK/hook" -- bash -c "$WAIT; echo ran"
}
service_stopped() {
	. "$WORK/hold" stopped
	export GO=$WORK/stopped
	exec "$RT" step -- bash -c "trap 'echo saved; exit 0' TERM; $WAIT; echo up; while :; do sleep 1000 & wait; done"
}
# As many shims as tasks, each with a holder of its own.
service_tasks() {
	local i
	for i in 0 1; do
		(
			. "$WORK/hold" "task$i"
			export SLURM_PROCID=$i GO=$WORK/task$i
			exec "$RT" step -- bash -c "$WAIT; (setsid sleep 1000 &); echo ran"
		) &
	done
	wait
}
# Has the holder start its orphan, and waits for that.
WAIT='touch $GO.go; until [ -s $GO-orphan.pids ]; do read -r -t 0.02 <> <(:) || :; done'
export WAIT
echo "echo \$HPC_COMPOSE_HOOK_PHASE; kill -0 \$(cat $WORK/quick*.pids)" >"$WORK/hook"

holders_live() {
	local pid
	while read -r pid; do
		[ -d "/proc/$pid" ] || fail "holder $pid of $1 was ended"
	done < <(cat "$WORK/$1"*.pids)
}

begin
start <<'TABLE'
service stopped
  run service_stopped
  log logs/stopped.log
  ready log up within 30s
service quick
  run service_quick
  log logs/quick.log
service tasks
  run service_tasks
  log logs/tasks.log
  tasks 2
TABLE
state_becomes quick state exited
state_becomes tasks state exited
state_becomes stopped state ready
expect_state quick verdict completed
expect_state tasks verdict completed
[ "$(cat "$JOB_DIR/logs/quick.log")" = $'prologue\nran\nepilogue' ] || fail 'hooks of quick'
holders_live stopped
kill -TERM "$SUPERVISOR"
finish 143
expect_state stopped last_exit_code 0
never_said 'killing service'
grep -qx saved "$JOB_DIR/logs/stopped.log" || fail 'stopped was not told'
[ ! -e "$WORK/told" ] || fail "holders were told: $(cat "$WORK/told")"
wait_for 10 nothing_left
