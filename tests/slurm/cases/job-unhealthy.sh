# SPDX-License-Identifier: Apache-2.0
# A server on the second node that nobody can reach any more is stopped and started again; a healthy one beside it
# is left alone.
cat >server <<'SH'
printf 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' >"answer.$1"
exec busybox nc -ll -p "$1" -e cat "answer.$1"
SH
cat >deaf <<'SH'
echo >>lives
[ "$(wc -l <lives)" = 1 ] || exec sh server "$1"
sh server "$1" &
until [ -e go ]; do sleep 0.1; done
kill -KILL $!
sleep 600
SH
one=$(free_port)
two=$(free_port)
cat >compose.yaml <<YAML
name: unhealthy
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  deaf:
    command: sh deaf $one
    readiness: {type: http, url: "http://localhost:$one/", timeout_seconds: 60}
    liveness: {type: http, url: "http://localhost:$one/", interval_seconds: 1, failures: 2}
    x-slurm:
      placement: {node_range: "1"}
      lifetime: dependents
      failure_policy: {mode: restart_on_failure, max_restarts: 1, backoff_seconds: 1}
  well:
    command: sh server $two
    readiness: {type: tcp, port: $two, timeout_seconds: 60}
    liveness: {type: tcp, port: $two, interval_seconds: 1, failures: 2}
    x-slurm: {placement: {node_range: "1", allow_overlap: true}, lifetime: dependents}
  pair:
    script: touch sick.1; exec sleep 600
    liveness:
      {type: exec, command: 'test ! -e sick.\$SLURM_PROCID', tasks: all, interval_seconds: 1, failures: 2}
    x-slurm:
      nodes: 2
      ntasks_per_node: 1
      placement: {node_count: 2, allow_overlap: true}
      failure_policy: {mode: ignore}
  client:
    script: |
      touch go
      until [ "\$(wc -l <lives)" = 2 ]; do sleep 0.2; done
    depends_on: {deaf: {condition: service_healthy}, well: {condition: service_healthy}}
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state COMPLETED
assert_log "slurm-$JOB.out" "service 'deaf' is unhealthy: 2 looks in a row have failed \(last look: connection refused\)"
assert_log "slurm-$JOB.out" "service 'deaf' was stopped as unhealthy; restarting \(1/1\), 1/1 failures in 60s"
# shows: services.<name>.liveness.tasks
assert_log "slurm-$JOB.out" "service 'pair' is unhealthy: .* \(last look: task 1: ended with status 1\)"
! grep -q "service 'well' is unhealthy" "slurm-$JOB.out" || fail 'a healthy service was stopped'
