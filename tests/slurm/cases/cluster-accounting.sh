# SPDX-License-Identifier: Apache-2.0
# NEEDS: slurmdbd mariadbd
# The controller forgets a job soon after its end; the accounting keeps it, and tells the ordinary user of
# running steps, too.
[ "$ACCOUNTING" = slurmdbd ] || { echo 'a cluster without accounting' && exit; }

cat >job.sbatch <<'SCRIPT'
#!/bin/bash
#SBATCH --job-name=kept
srun --overlap sh -c 'until [ -e go ]; do sleep 0.1; done'
exit 3
SCRIPT
submit job.sbatch
sampled() {
	slurm sstat --noheader --parsable2 --jobs "$JOB.0" --format JobID,NTasks >sample 2>&1 &&
		file_matches sample "^$JOB\.0\|1\$"
}
wait_until 60 sampled
touch go
wait_job
forgotten() {
	! slurm scontrol show job "$JOB" >record 2>&1 && file_matches record 'Invalid job id specified'
}
wait_until 60 forgotten
! slurm squeue --jobs "$JOB" >queue 2>&1 || fail 'squeue still knows the job'
assert_log queue 'Invalid job id specified'
assert_equal 'kept' "$(account_of "$JOB" JobName,User,Account,State,ExitCode)" \
	"kept|$USER|research|FAILED|3:0"
read_job
assert_state FAILED
assert_exit 3
accounts=$(slurm sacctmgr --noheader --parsable2 show associations user="$USER" format=account | sort | xargs)
assert_equal 'accounts' "$accounts" 'lab research'
