# SPDX-License-Identifier: Apache-2.0
# A node dies under a job on two nodes: the job is queued again and its next attempt, on other nodes,
# goes on from what the first one left.
# ALONE

mkdir checkpoints
cat >fail.yaml <<YAML
name: node-failure
runtime: {backend: host}
x-slurm:
  nodes: 2
  ntasks_per_node: 1
  requeue: true
  resume: {path: $PWD/checkpoints}
services:
  train:
    script: |
      echo "attempt \$HPC_COMPOSE_ATTEMPT resume \$HPC_COMPOSE_IS_RESUME on \$HPC_COMPOSE_NODELIST"
      [ "\$HPC_COMPOSE_IS_RESUME" = 0 ] || exit 0
      touch "\$HPC_COMPOSE_RESUME_DIR/up.\$SLURM_PROCID"
      while :; do sleep 0.1; done
    x-slurm: {nodes: 2}
YAML
compile fail.yaml
submit fail.sbatch
wait_files 120 checkpoints/up.0 checkpoints/up.1
failing=$(slurm scontrol show hostnames "$(slurm squeue -h -j "$JOB" -o %N)" | tail -n 1)
ask_root fail-node "$failing"
wait_state COMPLETED
assert_log ".hpc-compose/$JOB/attempts/0/logs/train.log" '^attempt 0 resume 0 on '
assert_log ".hpc-compose/$JOB/attempts/1/logs/train.log" '^attempt 1 resume 1 on '
assert_no_log ".hpc-compose/$JOB/attempts/1/logs/train.log" "^attempt 1 .*$failing( |\$)"
assert_nothing_left
ask_root revive-node "$failing"
