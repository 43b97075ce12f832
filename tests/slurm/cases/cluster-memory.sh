# SPDX-License-Identifier: Apache-2.0
# TASK: cgroup
# What Slurm says of a step that was killed since it took more memory than it asked for: to srun's caller,
# in the log and in the accounting. It says so of a step, too, whose task outlived a killed process.
cat >job.sbatch <<'SCRIPT'
#!/bin/bash
#SBATCH --mem=200M --output=slurm-%j.out
greedy='bytes = bytearray(300 << 20); print(len(bytes))'
srun --exact --mem=50M python3 -c "$greedy" >itself.log 2>&1
echo "itself $?"
srun --exact --mem=50M sh -c "python3 -c '$greedy'; echo survived; exit 0" >child.log 2>&1
echo "child $?"
srun --exact --mem=50M sh -c 'echo modest; exit 4' >modest.log 2>&1
echo "modest $?"
SCRIPT
submit job.sbatch
wait_job
assert_equal 'statuses' "$(paste -sd, "slurm-$JOB.out")" 'itself 1,child 1,modest 4'
for log in itself.log child.log; do
	assert_log $log 'srun: error: n[1-4]: task 0: Out Of Memory'
	assert_log $log 'slurmstepd.*: error: Detected [0-9]+ oom(-|_)kill event'
	assert_no_log $log '^314572800$'
done
assert_log child.log '^survived$'
assert_log modest.log '^modest$'
assert_no_log modest.log 'Out Of Memory'
if [ "$ACCOUNTING" = slurmdbd ]; then
	steps() {
		slurm sacct --noheader --parsable2 --jobs "$JOB" --format JobID,State,ExitCode >steps
		[ "$(wc -l <steps)" = 5 ] && ! grep -q RUNNING steps
	}
	wait_until 60 steps
	assert_log steps "^$JOB.0\|OUT_OF_MEMORY\|0:125$"
	assert_log steps "^$JOB.1\|OUT_OF_MEMORY\|0:125$"
	assert_log steps "^$JOB.2\|FAILED\|4:0$"
fi
