# SPDX-License-Identifier: Apache-2.0
# A server of one job, found by another job; its record goes with it.
mkdir cache
cat >server.yaml <<'SPEC'
name: server
runtime: {backend: host}
x-slurm: {cache_dir: ./cache}
services:
  model:
    script: |
      echo listening
      while [ ! -e served ]; do sleep 0.05; done
    readiness: {type: log, pattern: listening}
    x-slurm:
      rendezvous:
        register: {name: model-server, port: 8123, path: /v1, metadata: {note: "a b"}}
SPEC
cat >client.yaml <<'SPEC'
name: client
runtime: {backend: host}
x-slurm:
  cache_dir: ./cache
  rendezvous: {discover: model-server, timeout_seconds: 20}
services:
  client:
    script: echo "url $HPC_COMPOSE_RDZV_URL of $HPC_COMPOSE_RDZV_MODEL_SERVER_SERVICE"; touch served
SPEC
"$HPCC" server.yaml -o server.sbatch
"$HPCC" client.yaml -o client.sbatch
submit server.sbatch
server=$JOB
wait_files 120 cache/rendezvous/model-server/latest.json
submit client.sbatch
wait_job
assert_state COMPLETED
assert_log ".hpc-compose/$JOB/logs/client.log" '^url http://[^:/]+:8123/v1 of model$'
JOB=$server
wait_job
assert_state COMPLETED
[ ! -e cache/rendezvous/model-server/latest.json ] || fail "the record outlives its job"

# Nobody offers it any more: the job fails before any service starts.
sed 's/timeout_seconds: 20/timeout_seconds: 1/' client.yaml >lonely.yaml
"$HPCC" lonely.yaml -o lonely.sbatch
submit lonely.sbatch
wait_job
assert_state FAILED
assert_log "slurm-$JOB.out" "no fresh record of 'model-server'"
[ ! -s ".hpc-compose/$JOB/logs/client.log" ] || fail "the service started all the same"
