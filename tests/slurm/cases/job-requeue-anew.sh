# SPDX-License-Identifier: Apache-2.0
# A job that is put back while it copies data in begins anew, with resume and without: nothing of the
# first attempt passes for the second one's, and whoever watches sees both.
mkdir -p bin in
echo data >in/file
# The first attempt's copy never ends.
# shellcheck disable=SC2016 # for the program
printf '%s\n' '#!/bin/bash' '[ "${SLURM_RESTART_COUNT:-0}" = 1 ] || { touch copying; exec sleep 1000; }' \
	'exec /usr/bin/rsync "$@"' >bin/rsync
chmod +x bin/rsync
for resume in no yes; do
	{
		cat <<-YAML
			name: anew
			runtime: {backend: host}
			x-slurm:
			  time: 3
			  requeue: true
			  setup: ['export PATH="\$SLURM_SUBMIT_DIR/bin:\$PATH"', 'echo "attempt \${SLURM_RESTART_COUNT:-0}" >"\$HPC_COMPOSE_JOB_DIR/made"']
			  metrics: {interval_seconds: 1, collectors: [cpu]}
			  scratch: {base: "$PWD/scratch", mount: /scratch}
			  stage_in: [{from: ./in, to: /scratch/in}]
			  artifacts: {export_dir: ./export, paths: [/hpc-compose/job/made]}
		YAML
		[ $resume = no ] || echo "  resume: {path: '$PWD/saved'}"
		cat <<-'YAML'
			services:
			  work:
			    script: |
			      cat "$HPC_COMPOSE_SCRATCH_DIR/in/file"
			      until [ "$(grep -c utilization_pct "$HPC_COMPOSE_JOB_DIR/metrics/cpu.jsonl")" -gt 1 ]; do sleep 0.1; done
		YAML
	} >anew.yaml
	JOB=$(slurm "$HPCC" submit --no-preflight --format=json anew.yaml | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
	last=.hpc-compose/$JOB
	[ $resume = no ] || last+=/attempts/1
	wait_files 60 copying
	"$HPCC" watch --job "$JOB" >watch.out 2>&1 &
	watch=$!
	"$HPCC" logs --follow --job "$JOB" >logs.out 2>&1 &
	logs=$!
	slurm scontrol requeue "$JOB"
	rm copying
	wait_log "$last/state.json" '"attempt":1' 120
	wait_job
	assert_state COMPLETED
	# shows: x-slurm.requeue
	assert_log "$last/logs/work.log" '^data$'
	assert_equal 'what the second attempt collected' "$(cat "$last/artifacts/payload/made")" 'attempt 1'
	assert_log "$last/artifacts/manifest.json" '"attempt":1'
	[ $resume = no ] || assert_log ".hpc-compose/$JOB/attempts/0/state.json" '"status":"CANCELLED","exit_code":143,'
	assert_equal 'scratch' "$(ls scratch)" ''
	assert_job_dir --extra made
	wait $watch || fail "hpcc watch ended with $?: $(cat watch.out)"
	assert_log watch.out '^job [0-9]+, attempt 1: COMPLETED'
	assert_log watch.out 'work +completed'
	wait $logs || fail "hpcc logs ended with $?: $(cat logs.out)"
	assert_log logs.out '^work .*data$'
	assert_equal 'status' "$(slurm "$HPCC" status "$JOB" | sed -n 's/.*COMPLETED.*\(attempt [0-9]*\).*/\1/p')" 'attempt 1'
	assert_nothing_left
done
