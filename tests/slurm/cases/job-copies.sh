# SPDX-License-Identifier: Apache-2.0
# Three copies on two nodes go round them, and packed ones share the first. Who waits for the service waits for all;
# each copy has a number, a port and an address of its own.
cat >compose.yaml <<YAML
name: copies
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5", ntasks_per_node: 1}
services:
  web:
    scale: 3
    script: |
      echo "copy \$HPC_COMPOSE_COPY_INDEX of \$HPC_COMPOSE_COPY_COUNT on \$SLURMD_NODENAME is \$ME"
      echo "\$ME" >"$PWD/\$HPC_COMPOSE_SERVICE_NAME"
    environment: {ME: "\${run:web.host}:\${run:web.port.http}"}
    x-slurm: {ports: {http: auto}}
  packed:
    scale: 2
    script: echo "on \$SLURMD_NODENAME"
    x-slurm: {placement: {copies: pack}}
  client:
    script: |
      echo "web is \$FIRST and runs on \$NODES"
      sort -u "$PWD"/web-* | wc -l
    environment: {FIRST: "\${run:web.host}:\${run:web.port}", NODES: "\${run:web.nodes}"}
    depends_on:
      web: {condition: service_completed_successfully}
      packed: {condition: service_completed_successfully}
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state COMPLETED
nodes=$(job_nodes)
first=$(head -n 1 <<<"$nodes") second=$(tail -n 1 <<<"$nodes")
# shows: services.<name>.scale
assert_log "$(log_of web-1)" "^copy 0 of 3 on $first is $first:[0-9]+\$"
assert_log "$(log_of web-2)" "^copy 1 of 3 on $second is $second:[0-9]+\$"
assert_log "$(log_of web-3)" "^copy 2 of 3 on $first is $first:[0-9]+\$"
# shows: services.<name>.x-slurm.placement.copies
assert_log "$(log_of packed-1)" "^on $first\$"
assert_log "$(log_of packed-2)" "^on $first\$"
assert_log "$(log_of client)" "^web is $(cat web-1) and runs on $first,$second\$"
assert_log "$(log_of client)" '^3$'
