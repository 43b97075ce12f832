# SPDX-License-Identifier: Apache-2.0
# At the time limit the program is told by TERM and has its grace period; it hears of that once. The
# job's record says how it ended.

cat >limit.yaml <<YAML
name: limit
runtime: {backend: pyxis}
x-slurm:
  nodes: 2
  ntasks_per_node: 1
  time: "00:01:00"
services:
  train:
    image: $IMAGE
    script: |
      # Slurm says TERM twice, and the supervisor once more: the save must not die of that.
      trap 'trap - TERM; sleep 3 && echo task \$SLURM_PROCID saved; exit 0' TERM
      while :; do sleep 0.1; done
    x-slurm: {nodes: 2}
YAML
compile limit.yaml
submit limit.sbatch
wait_job 240
# shows: x-slurm.time
assert_state TIMEOUT
assert_log "$(log_of train)" '^task 0 saved$'
assert_log "$(log_of train)" '^task 1 saved$'
assert_log ".hpc-compose/$JOB/state.json" '"status":"TIMEOUT"'
assert_log ".hpc-compose/$JOB/events.jsonl" '"event":"end","state":"TIMEOUT"'
assert_log "slurm-$JOB.out" 'the job has reached its time limit'
assert_nothing_left
