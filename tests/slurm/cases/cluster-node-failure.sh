# SPDX-License-Identifier: Apache-2.0
# A node that dies takes its job down; the job is queued again and runs on the nodes that are left,
# with its restart count.
# ALONE

cat >job.sbatch <<'SCRIPT'
#!/bin/bash
#SBATCH --nodes=2 --ntasks-per-node=1 --time=5 --requeue --open-mode=append
echo "run ${SLURM_RESTART_COUNT:-0} on $SLURM_JOB_NODELIST"
[ -z "${SLURM_RESTART_COUNT-}" ] || exit 0
srun sh -c 'echo >up.$SLURM_PROCID; exec sleep 100'
SCRIPT

submit job.sbatch
wait_files 120 up.0 up.1
ask_root fail-node n2
wait_state COMPLETED
assert_log "slurm-$JOB.out" '^run 0 on n\[1-2\]$'
assert_log "slurm-$JOB.out" '^run 1 on n\[(1,3|1,4|3-4)\]$'
assert_log "slurm-$JOB.out" 'DUE TO NODE FAILURE'
assert_nothing_left
ask_root revive-node n2
