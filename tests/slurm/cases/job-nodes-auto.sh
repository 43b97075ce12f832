# SPDX-License-Identifier: Apache-2.0
# Slurm chooses the number of nodes by the tasks: a service runs on all of them, another on the first.
cat >auto.yaml <<'YAML'
name: auto
runtime: {backend: host}
x-slurm: {nodes: auto, ntasks: 6, time: 5}
services:
  solve:
    command: ["sh", "-c", "echo \"$$SLURM_PROCID of $$SLURM_NTASKS on $$SLURMD_NODENAME, $$HPC_COMPOSE_DIST_NNODES nodes\""]
    depends_on: {store: {condition: service_completed_successfully}}
    x-slurm: {placement: {node_percent: 100}}
  store:
    command: ["sh", "-c", "echo on $$SLURMD_NODENAME"]
    x-slurm: {ntasks: 1}
YAML
compile auto.yaml
file_matches auto.sbatch '^#SBATCH --nodes' && fail 'the script names a number of nodes'
submit auto.sbatch
wait_job
assert_state COMPLETED
mapfile -t nodes < <(job_nodes)
[ ${#nodes[@]} -gt 1 ] || fail "six tasks on ${nodes[*]}" # a node has four CPUs
log=$(log_of solve)
assert_equal 'tasks' "$(grep -c ' of 6 on ' "$log")" 6
assert_equal 'nodes that tasks run on' "$(sed 's/.* on \(.*\),.*/\1/' "$log" | sort -u | paste -sd' ')" "${nodes[*]}"
assert_log "$log" ", ${#nodes[@]} nodes\$" # shows: x-slurm.nodes
assert_log "$(log_of store)" "^on ${nodes[0]}\$"
assert_nothing_left
