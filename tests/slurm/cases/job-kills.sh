# SPDX-License-Identifier: Apache-2.0
# Somebody kills, by SIGKILL, a service's srun, the first process of a task, or the supervisor: the
# job ends, its record says so, and nothing is left on any node.

cat >kills.yaml <<YAML
name: kills
runtime: {backend: pyxis}
x-slurm: {nodes: 2, ntasks_per_node: 1}
services:
  train:
    image: $IMAGE
    script: |
      sleep 300 & sleep 300 &
      touch \$HPC_COMPOSE_JOB_DIR/up.\$SLURM_PROCID
      wait
    stop_grace_period: 2s
    x-slurm: {nodes: 2}
YAML
compile kills.yaml

# process_like ERE: the job's oldest process whose command line matches.
process_like() {
	local pid
	for pid in $(job_processes | sort -n); do
		tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep >/dev/null -E -- "$1" && echo "$pid" && return
	done
	fail "no process of job $JOB is like: $1"
}

# killed ERE: a job in which the process like that is killed once all tasks run.
killed() {
	submit kills.sbatch
	wait_files 120 ".hpc-compose/$JOB/up.0" ".hpc-compose/$JOB/up.1"
	kill -KILL "$(process_like "$1")"
	wait_job 240
	assert_state FAILED
	assert_exit 137
	assert_log ".hpc-compose/$JOB/state.json" '"status":"FAILED"'
	assert_nothing_left
}

killed '^srun .*hpc-compose:train'
killed 'hpcc-rt step '
killed 'hpcc-rt supervise '
