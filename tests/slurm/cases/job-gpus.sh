# SPDX-License-Identifier: Apache-2.0
# Services that state GPUs get their own; one that states none shares what the job has and waits for
# nobody.

cat >gpus.yaml <<'YAML'
name: gpus
runtime: {backend: host}
x-slurm: {gpus_per_node: 2, cpus_per_task: 4, time: "00:01:00"}
services:
  one: &one
    script: |
      echo "GPU ${CUDA_VISIBLE_DEVICES-none}"
      touch "$HPC_COMPOSE_JOB_DIR/$HPC_COMPOSE_SERVICE_NAME"
      until [ -e "$HPC_COMPOSE_JOB_DIR/two" ] && [ -e "$HPC_COMPOSE_JOB_DIR/side" ]; do sleep 0.1; done
    x-slurm: {gpus: 1, cpus_per_task: 1}
  two: *one
  side:
    script: |
      echo "GPU ${CUDA_VISIBLE_DEVICES-none}"
      touch "$HPC_COMPOSE_JOB_DIR/$HPC_COMPOSE_SERVICE_NAME"
YAML
compile gpus.yaml
submit gpus.sbatch
wait_job
assert_state COMPLETED
# shows: services.<name>.x-slurm.gpus
assert_equal 'GPUs of both' "$(cat "$(log_of one)" "$(log_of two)" | grep '^GPU' | sort)" $'GPU 0\nGPU 1'
# shows: disjoint-shares
# Before 22.05 it would hold the GPUs against the others; it gets none then.
[[ $TARGET == slurm=2[01].* ]] || assert_log "$(log_of side)" '^GPU 0,1$'
assert_nothing_left
