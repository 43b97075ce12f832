# SPDX-License-Identifier: Apache-2.0
# Tasks of one service: one that ends well leaves the others alone, however long they take, unless the
# service says otherwise; one that fails ends them all, and its status is the service's.
cat >ranks.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {nodes: 2, ntasks_per_node: 2, time: 3}
services:
  early:
    script: |
      [ "$SLURM_PROCID" != 0 ] || exit 0
      sleep 3
      echo "rank $SLURM_PROCID has done its share"
    x-slurm: {placement: &both {node_count: 2, allow_overlap: true}}
  limited:
    script: |
      [ "$SLURM_PROCID" != 0 ] || exit 0
      sleep 1000
    depends_on: {early: {condition: service_completed_successfully}}
    x-slurm: {ntasks: 2, extra_srun_args: [--wait=1], failure_policy: {mode: ignore}}
  fails:
    script: |
      [ "$SLURM_PROCID" = 1 ] || sleep 1000
      until grep -q '"service":"limited","event":"exit"' "$HPC_COMPOSE_JOB_DIR/events.jsonl"; do
        sleep 0.1
      done
      exit 7
    depends_on: {early: {condition: service_completed_successfully}}
    x-slurm: {placement: *both}
YAML
compile ranks.yaml
submit ranks.sbatch
wait_job
assert_equal 'ranks that went on' "$(grep -c 'has done its share' "$(log_of early)")" 3
# shows: services.<name>.x-slurm.extra_srun_args
assert_log "$(log_of limited)" 'First task exited 1s ago'
assert_log "slurm-$JOB.out" "service 'fails' exited with status 7"
assert_state FAILED
assert_exit 7
assert_nothing_left
