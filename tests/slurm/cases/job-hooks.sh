# SPDX-License-Identifier: Apache-2.0
# Prologue and epilogue wrap each launch, on the node or inside the container; hooks on restarts run
# on the node, in order, and know the counters.
cat >job.yaml <<YAML
runtime: {backend: pyxis}
x-slurm: {time: 3}
services:
  inside:
    image: $IMAGE
    script: |
      echo "run, \$(cat /tmp/made)"
      exit 3
    x-slurm:
      failure_policy: {mode: ignore}
      prologue:
        context: container
        script: |
          test -x /bin/busybox
          echo by prologue >/tmp/made
          echo "\$HPC_COMPOSE_HOOK_PHASE of \$HPC_COMPOSE_SERVICE_NAME <\$HPC_COMPOSE_SERVICE_EXIT_CODE>"
      epilogue:
        context: container
        script: echo "\$HPC_COMPOSE_HOOK_PHASE <\$HPC_COMPOSE_SERVICE_EXIT_CODE>, \$(cat /tmp/made)"
  outside:
    image: $IMAGE
    script: |
      for name in inside refused; do
        until grep -q "\"service\":\"\$name\",\"event\":\"exit\"" /hpc-compose/job/events.jsonl; do
          sleep 0.1
        done
      done
      echo run
    x-slurm:
      prologue: |
        [[ -d "$PWD" ]]
        echo "\$HPC_COMPOSE_HOOK_PHASE in \$(pwd) <\$HPC_COMPOSE_SERVICE_EXIT_CODE>"
      epilogue:
        script: echo "\$HPC_COMPOSE_HOOK_PHASE <\$HPC_COMPOSE_SERVICE_EXIT_CODE>"
  refused:
    image: $IMAGE
    command: echo never
    x-slurm:
      failure_policy: {mode: ignore}
      prologue: {context: container, script: exit 9}
      epilogue: {context: container, script: echo never}
  fails:
    image: $IMAGE
    script: echo "run"; exit 4
    x-slurm:
      failure_policy:
        mode: restart_on_failure
        max_restarts: 5
        max_restarts_in_window: 1
        backoff_seconds: 1
      prologue: echo prologue
      epilogue: echo epilogue
      hooks:
        - {on: restart, script: 'echo "first \$HPC_COMPOSE_HOOK_PHASE \$HPC_COMPOSE_RESTART_COUNT/\$HPC_COMPOSE_MAX_RESTARTS <\$HPC_COMPOSE_SERVICE_EXIT_CODE>"'}
        - {on: restart, script: echo second; exit 1}
        - {on: window_exhausted, script: 'echo "\$HPC_COMPOSE_HOOK_PHASE \$HPC_COMPOSE_RESTART_FAILURES_IN_WINDOW/\$HPC_COMPOSE_MAX_RESTARTS_IN_WINDOW"'}
    depends_on:
      outside: {condition: service_completed_successfully}
YAML
compile job.yaml
submit job.sbatch
wait_job

# assert_lines SERVICE LINE...: its whole log, without what Slurm says of a failed task.
assert_lines() {
	local service=$1
	shift
	printf '%s\n' "$@" >"$service.wanted"
	grep -vE '^(slurmstepd|srun|hpcc):' "$(log_of "$service")" >"$service.got" || :
	diff "$service.wanted" "$service.got" || fail "log of $service"
}
# shows: services.<name>.x-slurm.{prologue,epilogue}.{context,script}
assert_lines inside 'prologue of inside <>' 'run, by prologue' 'epilogue <3>, by prologue'
# shows: services.<name>.x-slurm.{prologue,epilogue}
assert_lines outside "prologue in $PWD <>" run 'epilogue <0>'
assert_log "$(job_dir)/state.json" '"last_exit_code": ?9'
assert_no_log "$(log_of refused)" never
# shows: services.<name>.x-slurm.hooks[].{on,context,script}
assert_lines fails prologue run epilogue 'first restart 1/5 <4>' second prologue run epilogue \
	'window_exhausted 1/1'
assert_state FAILED
assert_exit 4
assert_nothing_left
