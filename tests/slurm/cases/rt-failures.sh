# SPDX-License-Identifier: Apache-2.0
# A failing service under each policy: fail-job stops the others and gives the job its status,
# ignore lets the job succeed, restart gives up at its lifetime cap.
. "$SOURCE/handwritten.bash"

# job_with POLICY: beside a service that waits, one that fails with 7.
job_with() {
	write_job 'job name failures nodes 1
service bad token bad nodes 0
service good token good nodes 0' "
service_bad() { $STEP \"\$HPCC_RT\" step -- sh -c 'echo failing; exit 7'; }
service_good() { $STEP \"\$HPCC_RT\" step -- sh -c '$2'; }" "job grace 10s
job scheduler slurm
service bad
  run service_bad
  log logs/bad.log
  on-failure $1
service good
  run service_good
  log logs/good.log
  after bad started
  stop TERM grace 5s"
}

job_with fail-job 'trap "echo stopped; exit 0" TERM; while :; do sleep 0.1; done'
submit job.sbatch
wait_job
assert_state FAILED
assert_exit 7
assert_nothing_left

job_with ignore 'echo went on'
submit job.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of good)" '^went on$'
assert_nothing_left

job_with 'restart max 2 window 5 in 60s backoff 50ms' 'trap "exit 0" TERM; while :; do sleep 0.1; done'
submit job.sbatch
wait_job
assert_state FAILED
assert_exit 7
assert_log "slurm-$JOB.out" "service 'bad' exited with status 7; restarting \(2/2\)"
assert_log "slurm-$JOB.out" "service 'bad' exited with status 7; lifetime cap reached \(2/2 restarts\): job fails"
assert_nothing_left
