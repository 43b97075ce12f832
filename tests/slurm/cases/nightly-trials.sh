# SPDX-License-Identifier: Apache-2.0
# NIGHTLY
# ALONE
# LIMIT: 600
# FILES UNCHECKED: the job is a runner of trials, which are plain scripts.
# Two thousand trials of `true` on four nodes end in less than a minute. Beside it, in the same job, a plain loop of
# srun, of which two hundred are enough to know.
mkdir trials
echo true >script
{
	printf 'hpcc-trials 1\n'
	for ((i = 0; i < 2000; i++)); do printf 'trial t%d script %s/script folder %s/trials/t%d\n' "$i" "$PWD" "$PWD" "$i"; done
} >trials.table
cat >job.sbatch <<-SH
	#!/bin/bash
	#SBATCH --nodes=4 --exclusive --output=runner.out
	begin=\$EPOCHREALTIME
	"$HPCC_RT" trials --table "$PWD/trials.table"
	echo "trials \$(((\${EPOCHREALTIME/./} - \${begin/./}) / 1000))"
	begin=\$EPOCHREALTIME
	for ((i = 0; i < 200; i++)); do srun --nodes=1 --ntasks=1 --overlap --mem=0 true; done
	echo "loop \$(((\${EPOCHREALTIME/./} - \${begin/./}) / 1000))"
SH
submit job.sbatch
wait_job 300
assert_state COMPLETED
trials=$(sed -n 's/^trials //p' runner.out) loop=$(sed -n 's/^loop //p' runner.out)
echo "2000 trials of true on four nodes: $trials ms; 200 plain srun in a loop: $loop ms, 2000 would take $((loop * 10)) ms"
assert_equal 'completed' "$(grep -c '"verdict":"completed"' trials.jsonl)" 2000
[ "$trials" -lt 60000 ] || fail "$trials ms"
[ "$trials" -lt $((loop * 10)) ] || fail 'slower than a loop of srun'
