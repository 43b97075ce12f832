# SPDX-License-Identifier: Apache-2.0
# ALONE
# The follow-up commands on a real job: submit, status, logs, jobs, up with the job's status, cancel
# while it waits and while it runs, down.

# status COMMAND...: what it prints goes to the file out.
status() {
	local status=0
	slurm "$@" >out 2>&1 || status=$?
	echo "$status"
}

cp "$SOURCE/examples/pipeline.yaml" compose.yaml
cp "$SOURCE/examples/failing.yaml" failing.yaml
assert_equal 'status of submit' "$(status "$HPCC" submit)" 0
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
wait_job
assert_state COMPLETED
assert_equal 'status of status' "$(status "$HPCC" status --lines)" 0
assert_log out "^job $JOB 'pipeline': COMPLETED"
assert_log out "^state service 'summarize': failure_policy=fail_job .* last_exit=0"
assert_equal 'status of logs' "$(status "$HPCC" logs)" 0
assert_log out 'the sum is 338350$'
assert_equal 'status of jobs' "$(status "$HPCC" jobs)" 0
assert_log out "^$JOB .*COMPLETED.* pipeline\$"

assert_equal 'status of up' "$(status "$HPCC" up)" 0
assert_log out 'summarize +completed$'
assert_equal 'status of up, failing' "$(status "$HPCC" up failing.yaml)" 3
assert_log out 'FAILED with status 3'
assert_log out "this can't work"

# A job that cannot start yet is cancelled too; so is one that runs, gracefully.
slurm sbatch --parsable --exclusive --nodes=4 --output=/dev/null --wrap 'sleep 60' >blocker
JOB=$(cat blocker)
wait_state RUNNING
cat >long.yaml <<'YAML'
name: long
runtime: {backend: host}
services:
  server:
    script: |
      trap 'echo closed; exit 0' TERM
      touch "$HPC_COMPOSE_JOB_DIR/up"
      while :; do sleep 0.1; done
YAML
assert_equal 'status of submit, waiting' "$(status "$HPCC" submit long.yaml)" 0
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
assert_equal 'status of status, waiting' "$(status "$HPCC" status)" 0
assert_log out 'PENDING|waiting'
assert_equal 'status of cancel, waiting' "$(status "$HPCC" cancel)" 0
wait_job
assert_state CANCELLED
assert_equal 'status of watch, cancelled while it waited' "$(status "$HPCC" watch "$JOB")" 143
assert_log out "^job $JOB: CANCELLED with status 143, before it started\$"
slurm scancel "$(cat blocker)"

assert_equal 'status of submit, running' "$(status "$HPCC" submit long.yaml)" 0
JOB=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' out)
wait_files 120 ".hpc-compose/$JOB/up"
assert_equal 'status of cancel, running' "$(status "$HPCC" cancel "$JOB")" 0
wait_job
assert_log "$(log_of server)" '^closed$'
assert_nothing_left
assert_equal 'status of down' "$(status "$HPCC" down --yes "$JOB")" 0
[ ! -e ".hpc-compose/$JOB" ] || fail "down leaves .hpc-compose/$JOB"
