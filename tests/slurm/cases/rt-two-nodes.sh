# SPDX-License-Identifier: Apache-2.0
# FILES UNCHECKED: the allocation table, written by hand, names no processes per node, so no host files.
# A service on two nodes: one task on each, ranks counted over both, output in one log.
. "$SOURCE/handwritten.bash"

write_job 'job name two nodes 2
service train token train nodes all ntasks-per-node 2' '
service_train() {
  exec srun --overlap --mem=0 --export=ALL --input=none --kill-on-bad-exit=1 \
    --nodes=2 --ntasks-per-node=2 "$HPCC_RT" step -- \
    sh -c '\''echo "rank $SLURM_PROCID of $SLURM_NTASKS on $SLURMD_NODENAME as $HPC_COMPOSE_SERVICE_NAME"'\''
}' 'job grace 10s
job scheduler slurm
service train
  run service_train
  log logs/train.log
  nodes 0-1
  tasks 4' '#SBATCH --nodes=2 --ntasks-per-node=2'

submit job.sbatch
wait_job
assert_state COMPLETED
mapfile -t nodes < <(job_nodes)
assert_equal 'ranks' "$(grep '^rank' "$(log_of train)" | sort)" "rank 0 of 4 on ${nodes[0]} as train
rank 1 of 4 on ${nodes[0]} as train
rank 2 of 4 on ${nodes[1]} as train
rank 3 of 4 on ${nodes[1]} as train"
assert_nothing_left
