# SPDX-License-Identifier: Apache-2.0
# The cluster itself: a job on two nodes with GPUs, whose step sees both nodes in order.

cat >job.sbatch <<'SCRIPT'
#!/bin/bash
#SBATCH --nodes=2 --ntasks-per-node=1 --gpus-per-node=2 --time=1
scontrol show hostnames "$SLURM_JOB_NODELIST"
srun --label bash -c 'echo "on $SLURMD_NODENAME with GPUs $CUDA_VISIBLE_DEVICES as $(id -un)"'
SCRIPT

submit job.sbatch
wait_job
assert_state COMPLETED
mapfile -t nodes < <(job_nodes)
assert_equal 'number of nodes' ${#nodes[@]} 2
for rank in 0 1; do
	assert_log "slurm-$JOB.out" "^$rank: on ${nodes[rank]} with GPUs 0,1 as hpcctest\$"
done
assert_nothing_left
