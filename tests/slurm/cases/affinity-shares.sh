# SPDX-License-Identifier: Apache-2.0
# TASK: affinity
# Where Slurm binds tasks to CPUs: services that state CPUs have their own, one that states none may run
# on all of the job's, all three at the same time; and a service binds its tasks as it says.
cat >shares.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {cpus_per_task: 2, time: 3}
x-look: &look |
  cd "$HPC_COMPOSE_JOB_DIR"
  taskset -p $$ | sed 's/.*: /mask /'
  touch "up.$HPC_COMPOSE_SERVICE_NAME"
  until [ -e up.one ] && [ -e up.two ] && [ -e up.side ]; do sleep 0.1; done
services:
  one: {script: *look, x-slurm: {cpus_per_task: 1}}
  two: {script: *look, x-slurm: {cpus_per_task: 1}}
  side: {script: *look}
  bound:
    script: |
      taskset -p $$ | sed 's/.*: /mask /'
    depends_on:
      one: {condition: service_completed_successfully}
      two: {condition: service_completed_successfully}
      side: {condition: service_completed_successfully}
    x-slurm: {cpus_per_task: 2, cpu_bind: "map_cpu:1"}
YAML
compile shares.yaml
submit shares.sbatch
wait_job
assert_state COMPLETED
# shows: disjoint-shares services.<name>.x-slurm.cpus_per_task
assert_equal 'masks of stated shares' "$(cat "$(log_of one)" "$(log_of two)" | sort | paste -sd,)" 'mask 1,mask 2'
assert_log "$(log_of side)" '^mask 3$'
# shows: services.<name>.x-slurm.cpu_bind
assert_log "$(log_of bound)" '^mask 2$'
assert_nothing_left
