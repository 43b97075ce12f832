# SPDX-License-Identifier: Apache-2.0
# Where a service comes from and what it is given: files and services that it extends, words of the
# command, variables from files and secrets, plain scalars as they are written.
mkdir -p parts
printf 'from the file' >parts/key
printf '# comment\nFROM_FILE=1\nBOTH="of the file"\nexport RAW=$HOME\n' >parts/some.env
printf 'BOTH=of the second\n' >parts/more.env
cat >base.yaml <<'YAML'
name: of the base
runtime: {backend: host}
x-slurm: {time: 3, setup: [echo set up by the base]}
services:
  inherited:
    script: echo "inherited, ${LEAF_WORD} for $WHO"
    environment: {WHO: the base}
YAML
sed -i 's/\${LEAF_WORD}/word/' base.yaml
cat >parts/service.yaml <<'YAML'
services:
  worker:
    entrypoint: [sh, -c, 'echo "entry $$0 $$*, $$FROM_FILE <$$BOTH> <$$RAW> $$WHO"']
    command: [first, "second word"]
    environment: {WHO: part}
YAML
cat >leaf.yaml <<'YAML'
extends: base.yaml
version: 1
x-anything: {that: [isn't, known]}
secrets:
  KEY: {file: parts/key}
  AGAIN: {env: SECRET_VARIABLE}
services:
  inherited:
    environment: {WHO: the leaf}
  worker:
    extends: {file: parts/service.yaml, service: worker}
    command: [third]
    env_file: [parts/some.env, parts/more.env]
  second:
    extends: worker
    environment: {WHO: second}
  secret:
    command: [echo, "key ${KEY}, again ${AGAIN}"]
  scalars:
    command: [sh, -c, 'echo "$$A $$B $$C $$D $$E"']
    environment: {A: yes, B: 012, C: 1.50, D: true, E: 1:30:00}
YAML
SECRET_VARIABLE='of the environment' compile leaf.yaml
submit leaf.sbatch
wait_job
assert_state COMPLETED
# shows: extends services.<name>.script
assert_log "$(log_of inherited)" '^inherited, word for the leaf$'
# shows: extends
assert_log "slurm-$JOB.out" '^set up by the base$'
# shows: services.<name>.{entrypoint,command,env_file} services.<name>.extends.{file,service}
assert_log "$(log_of worker)" '^entry first second word third, 1 <of the second> <\$HOME> part$'
# shows: services.<name>.extends
assert_log "$(log_of second)" '^entry first second word third, 1 <of the second> <\$HOME> second$'
# shows: secrets.<name>.{file,env}
assert_log "$(log_of secret)" '^key from the file, again of the environment$'
# shows: plain-scalars x-*
assert_log "$(log_of scalars)" '^yes 012 1.50 true 1:30:00$'
assert_nothing_left

# steps is services by another name.
printf 'runtime: {backend: host}\nsteps: {only: {command: [echo, one step]}}\n' >steps.yaml
compile steps.yaml
submit steps.sbatch
wait_job
# shows: steps
assert_log "$(log_of only)" '^one step$'

# A service that opts out has no scratch.
cat >scratch.yaml <<YAML
runtime: {backend: host}
x-slurm: {scratch: {base: "$PWD/scratch", mount: /scratch}}
services:
  with: {command: 'echo "scratch \${HPC_COMPOSE_SCRATCH_DIR-none}"'}
  without:
    command: 'echo "scratch \${HPC_COMPOSE_SCRATCH_DIR-none}"'
    x-slurm: {scratch: {enabled: false}}
YAML
compile scratch.yaml
submit scratch.sbatch
wait_job
assert_log "$(log_of with)" "^scratch $PWD/scratch/$JOB\$"
# shows: services.<name>.x-slurm.scratch.enabled
assert_log "$(log_of without)" '^scratch none$'
