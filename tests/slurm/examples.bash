# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What each example is to do, on whatever backend: run_examples BACKEND NAME... submits them all,
# then looks at each.

# log NAME SERVICE: the log of a service of an example that was submitted.
log() {
	printf '.hpc-compose/%s/logs/%s.log' "${job_of[$1]}" "$2"
}

check_quickstart() {
	assert_state COMPLETED
	assert_log "slurm-$JOB.out" "^hpcc: service 'worker-2' exited with status 42; restarting \(1/3\)"
	assert_equal 'lines of the report' "$(wc -l <"$(log quickstart report)")" 8
	assert_log "$(log quickstart report)" '^8 squared is 64$'
	assert_log "$(log quickstart queue)" '^the queue is closed$'
}

check_redis-workers() {
	assert_state COMPLETED
	assert_equal 'tasks done' "$(cat "$(log redis-workers worker-a)" "$(log redis-workers worker-b)" |
		sed -n 's/.* does //p' | sort | tr '\n' ' ')" 'four one three two '
	assert_log "$(log redis-workers redis)" 'SIGTERM'
}

check_pipeline() {
	assert_state COMPLETED
	assert_log "$(log pipeline summarize)" '^the sum is 338350$'
}

check_training-with-sidecar() {
	assert_state COMPLETED
	assert_log "$(log training-with-sidecar monitor)" '^saw 3 steps$'
}

check_two-nodes() {
	assert_state COMPLETED
	assert_equal 'ranks' "$(sed -n 's/^rank \([0-9]*\) of 4 on node \([01]\) of 2, rank 0 at n[0-9]*:[0-9]*$/\1 \2/p' \
		"$(log two-nodes train)" | sort | tr '\n' ',')" '0 0,1 0,2 1,3 1,'
}

check_four-nodes() {
	assert_state COMPLETED
	assert_log "$(log four-nodes train)" '^training, rank 1 of 2$'
	assert_log "$(log four-nodes exporter)" '^exporting from n[0-9] n[0-9]$'
	assert_log "$(log four-nodes evaluate)" '^evaluating on n4$'
	assert_log "$(log four-nodes database)" '^closed$'
}

check_artifacts() {
	assert_state COMPLETED
	assert_equal 'artifacts' "$(cd ".hpc-compose/$JOB/artifacts/payload" && find . -type f | sort | tr '\n' ' ')" \
		'./model/weights.bin ./plots/accuracy.txt '
}

check_restart() {
	assert_state COMPLETED
	assert_log "slurm-$JOB.out" "^hpcc: service 'worker' exited with status 42; restarting \(2/5\), 2/3 failures in 60s"
	assert_order "$(log restart worker)" '^attempt 1$' '^restart 1 of 5$'
	assert_order "$(log restart worker)" '^restart 2 of 5$' '^attempt 3$'
}

check_failing() {
	assert_state FAILED
	assert_exit 3
	assert_log "$(log failing server)" '^saved my work$'
	assert_log "slurm-$JOB.out" "service 'optional' exited with status 1"
}

declare -A job_of=()
run_examples() {
	local backend=$1 name
	shift
	for name; do
		overlay_example "$backend" "$name"
		compile "$name-$backend.yaml"
		submit "$name-$backend.sbatch"
		job_of[$name]=$JOB
	done
	for name; do
		JOB=${job_of[$name]}
		wait_job
		echo "# $name: $STATE, exit $EXIT_CODE"
		"check_$name"
		assert_nothing_left
	done
}
