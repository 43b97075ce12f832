# SPDX-License-Identifier: Apache-2.0
# LIMIT: 400
# Many services at once: each becomes a step, some at a time, and all of them complete.
count=100
{
	printf 'runtime: {backend: host}\nx-slurm: {time: 10}\nservices:\n'
	for ((i = 0; i < count; i++)); do printf '  s%d: {command: ["true"]}\n' "$i"; done
} >many.yaml
compile many.yaml
submit many.sbatch
wait_job 300
assert_state COMPLETED
state=$(job_dir)/state.json
assert_equal 'services that completed' "$(grep -c '"verdict":"completed"' "$state")" "$count"
# Between a launch and the first task of it there are never more than 32.
awk '/"event":"launched"/ { n++ } /"event":"(running|exit)"/ { match($0, /"service":"[^"]*"/)
	name = substr($0, RSTART, RLENGTH); if (!seen[name]++) n-- } n > most { most = n }
	END { print most; exit most > 32 }' "$(job_dir)/events.jsonl" || fail 'more than 32 were under way at a time'
assert_equal 'exits that tell what was used' "$(grep -c '"usage":{"cpu_seconds"' "$(job_dir)/events.jsonl")" "$count"
