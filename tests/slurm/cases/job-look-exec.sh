# SPDX-License-Identifier: Apache-2.0
# Readiness by a command that runs where the service does, on its node, with its environment and folder; by
# one for each of its tasks; with a pause and a limit of its own.
mkdir -p there
cat >compose.yaml <<YAML
name: look
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  server:
    command: ': >up; exec sleep 600'
    working_dir: $PWD/there
    environment: {WORD: two words}
    readiness:
      type: exec
      command: test -e up && echo "\$SLURMD_NODENAME \$WORD" >look
      timeout_seconds: 60
    x-slurm: {placement: {node_range: "1"}, lifetime: dependents}
  all:
    command: until [ -e go.\$SLURM_PROCID ]; do sleep 0.1; done; exec sleep 600
    readiness:
      type: exec
      command: [sh, -c, 'echo \$\$SLURM_PROCID >>looks; test -e go.\$\$SLURM_PROCID']
      tasks: all
      timeout_seconds: 120
    x-slurm: {nodes: 2, ntasks_per_node: 1, lifetime: dependents, placement: {node_count: 2, allow_overlap: true}}
  opens:
    command: [sh, -c, 'until grep -q 0 looks && grep -q 1 looks; do sleep 0.1; done; : >go.0; sleep 1; ls go.*; : >go.1']
    x-slurm: {placement: {node_range: "0", allow_overlap: true}}
  workers:
    command: until [ -e went.\$HPC_COMPOSE_DIST_NODE_RANK ]; do sleep 0.1; done; echo "joined \$HPC_COMPOSE_DIST_NODE_RANK"; exec sleep 600
    readiness: {type: log, pattern: "^joined", tasks: all, timeout_seconds: 120}
    x-slurm: {nodes: 2, ntasks_per_node: 1, lifetime: dependents, placement: {node_count: 2, allow_overlap: true}}
  lets:
    command: [sh, -c, ': >went.0; until grep -q "^joined 0" "\$\$HPC_COMPOSE_JOB_DIR/logs/workers.log"; do sleep 0.1; done; sleep 1; : >went.1']
    x-slurm: {placement: {node_range: "0", allow_overlap: true}}
  client:
    command: ls go.*; echo "seen \$(cat there/look)"; echo "\$(grep -c ^joined "\$HPC_COMPOSE_JOB_DIR/logs/workers.log") workers"
    depends_on: {server: {condition: service_healthy}, all: {condition: service_healthy}, workers: {condition: service_healthy}}
    x-slurm: {placement: {node_range: "0", allow_overlap: true}}
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state COMPLETED
# shows: services.<name>.readiness.command
assert_log "$(log_of client)" '^seen [^ ]+ two words$'
# shows: services.<name>.readiness.tasks
assert_log "$(log_of client)" '^go.1$'
assert_log "$(log_of client)" '^2 workers$'

# What the tasks use while they run, asked for from outside of the job, and told over the wire from both nodes.
cat >compose.yaml <<'YAML'
name: live
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  sleeps:
    command: sleep 600 & echo up; exec sleep 600
    readiness: {type: log, pattern: up, tasks: all, timeout_seconds: 60}
    x-slurm: {nodes: 2, ntasks_per_node: 1}
YAML
JOB=$(slurm "$HPCC" submit --no-preflight --format=json compose.yaml | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
wait_until 60 grep -qs '"state":"ready"' ".hpc-compose/$JOB/state.json"
slurm "$HPCC" stats --job "$JOB" --format=json >stats.json
assert_equal processes "$(python3 -c 'import json; print(json.load(open("stats.json"))["services"][0]["live"]["processes"])')" 4
slurm scancel "$JOB"
wait_job

cat >compose.yaml <<'YAML'
name: pace
runtime: {backend: host}
x-slurm: {time: "5"}
services:
  slow:
    command: sleep 600
    readiness:
      type: exec
      command: echo look >>paced; sleep 500
      interval_seconds: 1
      attempt_timeout_seconds: 1
      timeout_seconds: 5
    x-slurm: {lifetime: dependents}
  after:
    command: "true"
    depends_on: {slow: {condition: service_healthy}}
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state FAILED
# shows: services.<name>.readiness.attempt_timeout_seconds
assert_log "slurm-$JOB.out" "last look: hadn't ended after 1"
# shows: services.<name>.readiness.interval_seconds
assert_log paced '^look$'
[ "$(wc -l <paced)" -le 4 ] || fail "$(wc -l <paced) looks in 5 s, every second with a pause of one"
