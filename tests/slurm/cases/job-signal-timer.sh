# SPDX-License-Identifier: Apache-2.0
# The scheduler's own early warning: x-slurm.signal reaches the service, which saves and ends well.
# Slurm looks at its clocks every half minute.

cat >timer.yaml <<'YAML'
name: timer
runtime: {backend: host}
x-slurm:
  time: "00:01:00"
  signal: {name: USR1, at_seconds: 50, shell: batch}
services:
  train:
    script: |
      trap 'echo saved; exit 0' USR1
      while :; do sleep 0.1; done
YAML
compile timer.yaml
submit timer.sbatch
wait_job 240
assert_state COMPLETED
# shows: x-slurm.signal.{name,at_seconds}
assert_log "$(log_of train)" '^saved$'
assert_nothing_left
