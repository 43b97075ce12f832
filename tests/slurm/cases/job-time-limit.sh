# SPDX-License-Identifier: Apache-2.0
# At the time limit the program is told by TERM and has its grace period; the job's record says how
# it ended.

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
      trap 'sleep 1; echo task \$SLURM_PROCID saved; exit 0' TERM
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
assert_log ".hpc-compose/$JOB/state.json" '"ended_at":"'
assert_nothing_left
