# SPDX-License-Identifier: Apache-2.0
# Ctrl-C, TERM and HUP of an attached `hpcc up`: the job is cancelled gracefully, handlers run to their
# ends, artifacts are collected, and `up` ends with the job's status. The second one leaves the job.
cat >asked.yaml <<'YAML'
name: asked
runtime: {backend: host}
x-slurm: {time: 5, mem: 50M, artifacts: {export_dir: ./results, paths: [/hpc-compose/job/saved]}}
services:
  one:
    stop_grace_period: 60s
    script: |
      trap 'sleep 1; echo work >"$HPC_COMPOSE_JOB_DIR/saved"; echo goodbye; exit 0' TERM
      echo up
      while :; do sleep 0.1 & wait $!; done
YAML

# attached: `hpcc up` as in a terminal, its service running. Sets JOB and up.
attached() {
	: >up.log
	(trap - INT && exec "$HPCC" up --no-preflight asked.yaml) >up.log 2>&1 &
	up=$!
	wait_log up.log '^submitted job [0-9]+'
	JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' up.log)
	wait_until 120 file_matches ".hpc-compose/$JOB/logs/one.log" '^up$'
}
ends() { # ends STATUS
	local status=0
	wait $up || status=$?
	[ $status = "$1" ] || fail "up ended with $status: $(cat up.log)"
}

for signal in INT TERM HUP; do
	attached
	kill -s $signal $up
	ends 143
	assert_log up.log '^cancelling the job gracefully'
	assert_log up.log "^job $JOB: CANCELLED with status 143"
	assert_log "$(log_of one)" '^goodbye$'
	assert_log "$(job_dir)/artifacts/payload/saved" '^work$'
	wait_job
	assert_nothing_left
	slurm "$HPCC" status "$JOB" >out
	assert_log out "^job $JOB 'asked': CANCELLED"
done

sed -i 's/sleep 1; echo work/until [ -e "$HPC_COMPOSE_JOB_DIR\/go" ]; do sleep 0.1; done; echo work/' asked.yaml
attached
kill -INT $up
wait_log up.log '^cancelling the job gracefully'
wait_until 60 file_matches ".hpc-compose/$JOB/state.json" '"status":"STOPPING"'
kill -INT $up
ends 130
assert_log up.log "^the job goes on; 'hpcc watch $JOB' shows it again"
slurm "$HPCC" status "$JOB" >out
assert_log out "^job $JOB 'asked': STOPPING"
touch "$(job_dir)/go"
wait_job
rm "$(job_dir)/go"
slurm "$HPCC" status "$JOB" >out
assert_log out "^job $JOB 'asked': CANCELLED"
