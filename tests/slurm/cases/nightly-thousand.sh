# SPDX-License-Identifier: Apache-2.0
# NIGHTLY
# ALONE
# LIMIT: 3000
# A thousand services, ten times: each becomes a step, and all of them complete, each time.
count=1000 times=10
{
	printf 'runtime: {backend: host}\nx-slurm: {time: 30}\nservices:\n'
	for ((i = 0; i < count; i++)); do printf '  s%d: {command: ["true"]}\n' "$i"; done
} >many.yaml
compile many.yaml
for ((run = 1; run <= times; run++)); do
	from=$(now_cs)
	submit many.sbatch
	wait_job 600
	assert_state COMPLETED
	assert_equal 'services that completed' "$(grep -c '"verdict":"completed"' "$(job_dir)/state.json")" "$count"
	echo "run $run: $((($(now_cs) - from) / 100)) s"
done
