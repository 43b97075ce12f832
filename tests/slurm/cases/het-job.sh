# SPDX-License-Identifier: Apache-2.0
# A job of two components in two partitions: services wait for each other across them, know where the others
# are, and are stopped gracefully.
cat >job.yaml <<'YAML'
name: het
runtime: {backend: host}
x-slurm:
  time: 5
  components:
    server: {partition: test}
    workers: {partition: side, nodes: 2}
services:
  server:
    script: |
      trap 'echo told; exit 0' TERM
      echo "at $SLURMD_NODENAME of $HPC_COMPOSE_SERVICE_COMPONENT"
      echo "workers $HPC_COMPOSE_COMPONENT_WORKERS_NODELIST"
      echo ready to serve
      while :; do sleep 0.1; done
    readiness: {type: log, pattern: ready to serve}
    x-slurm: {lifetime: dependents}
  store:
    script: |
      trap 'echo told; exit 0' TERM
      echo "at $SLURMD_NODENAME"
      : >here
      while :; do sleep 0.1; done
    readiness: {type: exec, command: [test, -e, here]}
    x-slurm: {component: workers, lifetime: dependents, placement: {node_range: "1", allow_overlap: true}}
  worker:
    script: |
      echo "at $SLURMD_NODENAME of $HPC_COMPOSE_SERVICE_COMPONENT, server $HPC_COMPOSE_COMPONENT_SERVER_PRIMARY_NODE"
    depends_on:
      server: {condition: service_healthy}
      store: {condition: service_healthy}
    x-slurm: {component: workers, placement: {node_percent: 100, allow_overlap: true}}
YAML
compile job.yaml
submit job.sbatch
wait_job
assert_state COMPLETED
server=$(sed -n 's/^at \(.*\) of server$/\1/p' "$(log_of server)")
store=$(sed -n 's/^at //p' "$(log_of store)")
workers=$(sed -n 's/^at \(.*\) of workers.*/\1/p' "$(log_of worker)" | sort | paste -sd' ')
# shows: x-slurm.components services.<name>.x-slurm.component
assert_equal 'nodes of workers' "$workers" "$(tr '\n' ' ' <"$(job_dir)/allocation/components/workers.nodes.txt" | sed 's/ $//')"
assert_log "$(log_of server)" "^workers $workers\$"
assert_equal 'node of the store' "$store" "${workers#* }"
assert_log "$(log_of worker)" "of workers, server $server\$"
assert_log "$(log_of server)" '^told$'
assert_log "$(log_of store)" '^told$'
assert_nothing_left

SERVER_PARTITION=test WORKER_PARTITION=side slurm "$HPCC" ${TARGET:+--target "$TARGET"} "$SOURCE/examples/heterogeneous.yaml" -o example.sbatch
submit example.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of server)" '^open on n[0-9] for 2 nodes$'
assert_log "$(log_of worker)" "^rank 1 of 2, server on $(sed -n 's/^open on \(.*\) for.*/\1/p' "$(log_of server)")\$"
