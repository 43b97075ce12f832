# SPDX-License-Identifier: Apache-2.0
# Clocks under Slurm: those of readiness wait for the step to begin, a launch that doesn't begin in time has
# failed, and while a job is suspended none of them runs.
# shellcheck disable=SC2016 # the services expand these
cat >busy.yaml <<'YAML'
name: busy
runtime: {backend: host}
x-slurm: {time: 3, cpus_per_task: 2}
services:
  busy:
    script: |
      echo up
      until [ -e "$HPC_COMPOSE_JOB_DIR/go" ]; do sleep 0.1; done
    readiness: {type: log, pattern: up}
    x-slurm: {cpus_per_task: 2}
  late:
    script: sleep 1000
    depends_on: {busy: {condition: service_healthy}}
    readiness: {type: sleep, seconds: 1}
    x-slurm: {cpus_per_task: 2, lifetime: dependents}
  never:
    script: echo never
    depends_on: {busy: {condition: service_healthy}}
    x-slurm: {cpus_per_task: 2, start_timeout_seconds: 4, failure_policy: {mode: ignore}}
  client:
    script: echo client
    depends_on: {late: {condition: service_healthy}}
YAML
compile busy.yaml -W no-A20
submit busy.sbatch
# No CPU is left for their steps, so both launches wait in srun.
wait_log "slurm-$JOB.out" "service 'never' has not begun within 4s: its launch has failed"
assert_no_log "slurm-$JOB.out" "service 'late' is ready"
touch "$(job_dir)/go"
wait_job
assert_state COMPLETED
assert_log "slurm-$JOB.out" "service 'late' is ready"
assert_log "$(job_dir)/state.json" '"name":"never",.*"verdict":"not-started"'

cat >suspended.yaml <<'YAML'
name: suspended
runtime: {backend: host}
x-slurm: {time: 3}
services:
  server:
    script: |
      until [ -e "$HPC_COMPOSE_JOB_DIR/go" ]; do sleep 0.1; done
      echo READY
      sleep 1000
    readiness: {type: log, pattern: READY, timeout_seconds: 15}
    x-slurm: {lifetime: dependents}
  client:
    script: echo client
    depends_on: {server: {condition: service_healthy}}
YAML
compile suspended.yaml
submit suspended.sbatch
wait_log "slurm-$JOB.out" "service 'server' started"
wait_files 60 "$(job_dir)/service-exits/server.1.0.start"
ask_root suspend "$JOB"
wait_state SUSPENDED
stopped=$(now_cs)
is_long_ago() { [ $(($(now_cs) - stopped)) -gt 2000 ]; }
wait_until 60 is_long_ago
ask_root resume "$JOB"
wait_log "slurm-$JOB.out" 'the job stood still for [0-9]+s'
touch "$(job_dir)/go"
wait_job
assert_state COMPLETED
assert_log "slurm-$JOB.out" "service 'server' is ready"
