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
assert_log "slurm-$JOB.out" '^0: on n1 with GPUs 0,1 as hpcctest$'
assert_log "slurm-$JOB.out" '^1: on n2 with GPUs 0,1 as hpcctest$'
assert_nothing_left
