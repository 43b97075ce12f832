# SPDX-License-Identifier: Apache-2.0
# A server on the second node is looked at there, at its own localhost, by tcp and by http; and a server whose
# port a stranger holds isn't ready.
cat >server <<'SH'
printf 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' >answer
exec busybox nc -ll -p "$1" -e cat answer
SH
one=$(free_port)
two=$(free_port)
cat >compose.yaml <<YAML
name: elsewhere
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  tcp:
    command: sh server $one
    readiness: {type: tcp, port: $one, timeout_seconds: 60}
    x-slurm: {placement: {node_range: "1"}, lifetime: dependents}
  http:
    command: sh server $two
    readiness: {type: http, url: "http://localhost:$two/", timeout_seconds: 60}
    x-slurm: {placement: {node_range: "1", allow_overlap: true}, lifetime: dependents}
  client:
    command: echo reached
    depends_on: {tcp: {condition: service_healthy}, http: {condition: service_healthy}}
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of client)" '^reached$'

# Rank 0 of a server over two nodes answers, at the localhost of its node.
cat >compose.yaml <<YAML
name: ranks
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  server:
    script: |
      if [ "\$HPC_COMPOSE_DIST_NODE_RANK" = 0 ]; then exec sh server $one; fi
      exec sleep 600
    readiness: {type: http, url: "http://127.0.0.1:$one/", timeout_seconds: 60}
    x-slurm: {nodes: 2, ntasks_per_node: 1, lifetime: dependents}
  client:
    command: echo served
    depends_on: {server: {condition: service_healthy}}
    x-slurm: {placement: {node_range: "0", allow_overlap: true}}
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of client)" '^served$'

busybox nc -ll -p "$one" -e true &
stranger=$!
for owner in service any; do
	cat >compose.yaml <<-YAML
		name: stranger
		runtime: {backend: host}
		x-slurm: {time: "5"}
		services:
		  deaf:
		    command: sleep 600
		    readiness: {type: tcp, port: $one, timeout_seconds: 5, owner: $owner}
		    x-slurm: {lifetime: dependents}
		  client:
		    command: echo reached
		    depends_on: {deaf: {condition: service_healthy}}
	YAML
	compile compose.yaml
	submit compose.sbatch
	wait_job
	if [ $owner = any ]; then
		# shows: services.<name>.readiness.owner
		assert_state COMPLETED
	else
		assert_state FAILED
		assert_log "slurm-$JOB.out" "last look: port $one is held by another process"
	fi
done
kill "$stranger"
