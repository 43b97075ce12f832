# SPDX-License-Identifier: Apache-2.0
# A process that the kernel kills for memory: verdict oom, also when srun says 1 and Slurm's lines in the
# log are the only trace; a KILL by somebody else is none, whatever the program writes.
. "$1/lib.bash"

# Slurm's part of a step, as task/cgroup was seen to say it (22.05).
cat >"$WORK/srun" <<-'SH'
	export SLURM_STEP_ID=0 SLURM_PROCID=0
	"$RT" step -- "${@:2}" || :
	[ "$1" = 1 ] || exit "$1"
	echo "slurmstepd-n1: error: Detected 1 oom-kill event(s) in StepId=1.0. Some of your processes may have been killed by the cgroup out-of-memory handler." >&2
	echo "srun: error: n1: task 0: Out Of Memory" >&2
	exit 1
SH
# The node's name, which a real srun's step has as well, is this host's own.
export WORK RT

service_killed() { exec bash "$WORK/srun" 1 sh -c 'kill -KILL $$'; }
service_child() { exec bash "$WORK/srun" 1 sh -c 'sh -c "kill -KILL \$\$"; echo "ended with $?"'; }
service_other() { exec bash "$WORK/srun" 137 sh -c 'echo "oom-kill, Out Of Memory"; echo "hpcc: Out Of Memory"; kill -KILL $$'; }
service_own() { exec bash "$WORK/srun" 1 sh -c 'exit 7'; }
service_again() {
	[ ! -e "$WORK/again" ] || exec bash "$WORK/srun" 137 sh -c 'kill -KILL $$'
	touch "$WORK/again"
	exec bash "$WORK/srun" 1 sh -c 'kill -KILL $$'
}

begin
job 137 <<'TABLE'
job scheduler slurm
service killed
  run service_killed
  log logs/killed.log
  on-failure ignore
service child
  run service_child
  log logs/child.log
  on-failure ignore
service other
  run service_other
  log logs/other.log
  on-failure ignore
service own
  run service_own
  log logs/own.log
  on-failure ignore
service again
  run service_again
  log logs/again.log
  on-failure restart max 1 window 1 in 60s backoff 0s
TABLE
expect_state killed verdict oom
expect_state killed last_exit_code 137
expect_state child verdict oom
expect_state child last_exit_code 1
expect_state other verdict 'app-signal KILL'
expect_state own verdict 'app-exit 7'
# What an earlier launch left in the log says nothing about this one.
expect_state again verdict 'app-signal KILL'
grep -q '"service":"again","event":"exit","state":"exited","verdict":"oom"' "$JOB_DIR/events.jsonl" ||
	fail 'the first launch of again was no oom'

# The real thing, where a group with a memory limit can be made.
group=/sys/fs/cgroup/memory/hpcc-test-$$
limit=memory.limit_in_bytes
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
	group=/sys/fs/cgroup/hpcc-test-$$ limit=memory.max
fi
if ! mkdir "$group" 2>/dev/null || ! echo 48M 2>/dev/null >"$group/$limit"; then
	rmdir "$group" 2>/dev/null || :
	echo 'no memory limit can be set here: the rest is left out'
	exit 0
fi
export GROUP=$group
service_within() { echo $BASHPID >"$GROUP/cgroup.procs" && exec "$RT" step -- tail /dev/zero; }
service_plain() { echo $BASHPID >"$GROUP/cgroup.procs" && exec "$RT" step -- sh -c 'kill -KILL $$'; }
begin
job 0 <<'TABLE'
service within
  run service_within
  on-failure ignore
TABLE
expect_state within verdict oom
begin
job 0 <<'TABLE'
service plain
  run service_plain
  on-failure ignore
TABLE
rmdir "$group"
expect_state plain verdict 'app-signal KILL'
