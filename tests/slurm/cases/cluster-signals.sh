# SPDX-License-Identifier: Apache-2.0
# The facts that the supervisor is built on. A step-directed TERM reaches the task, whose handler
# runs to its end; TERM to srun itself kills the task before its handler can.

cat >task.sh <<'TASK'
#!/bin/bash
trap 'sleep 0.3; echo "$1 handled TERM" >>handled; exit 0' TERM
echo "$1 ready" >>ready
while :; do sleep 0.05; done
TASK
chmod +x task.sh
cat >job.sbatch <<'SCRIPT'
#!/bin/bash
#SBATCH --nodes=2 --ntasks-per-node=1 --time=1
# Without --mem=0 the second step would wait before Slurm 22.05.
srun --overlap --mem=0 --nodes=2 --ntasks=2 ./task.sh both &
asked=$!
srun --overlap --mem=0 --nodes=1 --ntasks=1 ./task.sh killed &
killed=$!
until [ "$(grep -c both ready)" = 2 ] && grep -q killed ready; do sleep 0.05; done 2>/dev/null
step=
until [ -n "$step" ]; do
	sleep 0.1
	# The step on all nodes of the job, whichever Slurm chose.
	step=$(squeue --steps --noheader --job="$SLURM_JOB_ID" --format='%N %i' |
		while read -r nodes id; do [ "$nodes" != "$SLURM_JOB_NODELIST" ] || echo "$id"; done)
done
scancel --signal=TERM "$step"
kill -TERM "$killed"
wait "$asked"
echo "asked step: $?"
wait "$killed"
echo "killed srun: $?"
SCRIPT

submit job.sbatch
wait_job
assert_log "slurm-$JOB.out" '^asked step: 0$'
assert_log "slurm-$JOB.out" '^killed srun: (137|143)$'
assert_equal 'handlers that ran' "$(sort handled)" $'both handled TERM\nboth handled TERM'
assert_nothing_left
