# SPDX-License-Identifier: Apache-2.0
# One node, three services: a worker waits until the server listens, a reporter until the worker is
# done; the server fails at first and is restarted.
. "$SOURCE/handwritten.bash"

port=$(free_port)
write_job "job name several nodes 1
service server token server nodes 0
service worker token worker nodes 0
service reporter token reporter nodes 0" "
service_server() {
  $STEP \"\$HPCC_RT\" step -- sh -c '
    echo try >>tries
    [ \"\$(wc -l <tries)\" -ge 2 ] || exit 42
    echo listening
    exec busybox nc -ll -p $port -e echo answer'
}
service_worker() {
  $STEP \"\$HPCC_RT\" step -- sh -c 'busybox nc 127.0.0.1 $port </dev/null'
}
service_reporter() {
  $STEP \"\$HPCC_RT\" step -- sh -c 'echo reported \$SLURM_JOB_ID'
}" "job grace 10s
job scheduler slurm
service server
  run service_server
  log logs/server.log
  ready tcp 127.0.0.1:$port within 20s
  on-failure restart max 3 window 3 in 60s backoff 100ms
  lifetime dependents
service worker
  run service_worker
  log logs/worker.log
  after server healthy
service reporter
  run service_reporter
  log logs/reporter.log
  after worker completed"

submit job.sbatch
wait_job
assert_state COMPLETED
assert_equal 'launches of server' "$(wc -l <tries)" 2
assert_log "slurm-$JOB.out" "^hpcc: service 'server' exited with status 42; restarting \(1/3\), 1/3 failures in 60s"
assert_log "$(log_of worker)" '^answer$'
assert_log "$(log_of reporter)" "^reported $JOB\$"
assert_nothing_left
