# SPDX-License-Identifier: Apache-2.0
# Ports that the job chooses, where services are, and variables of the batch job, on one node and on two: in
# arguments, environment, paths of mounts and scratch, probes. A restart keeps the port; without a value no
# service starts.
cat >server <<'SH'
# The first launch fails, after it has left its port.
[ "$1" = "$HPC_COMPOSE_PORT_HTTP" ] && [ "$1" = "$HPC_COMPOSE_ADDR_WEB_PORT_HTTP" ] || exit 3
if ! [ -e "$2/port" ]; then
	echo "$1" >"$2/port"
	exit 1
fi
[ "$1" = "$(cat "$2/port")" ] || exit 4
printf 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' >"$2/answer"
echo "serves port $1 of $HPC_COMPOSE_ADDR_WEB_HOST"
exec busybox nc -ll -p "$1" -e cat "$2/answer"
SH
cat >client <<'SH'
[ "$WEB" = "$HPC_COMPOSE_ADDR_WEB_HOST:$HPC_COMPOSE_ADDR_WEB_PORT_HTTP" ] || exit 5
[ "$1" = "$(echo "$HPC_COMPOSE_NODELIST" | tr ' ' ,)" ] || exit 6
[ "$2" = "job $3" ] && [ -e "$4/client" ] || exit 7
busybox nc 127.0.0.1 "$HPC_COMPOSE_ADDR_WEB_PORT_HTTP" </dev/null >/dev/null || exit 8
echo "reached $WEB"
SH
run_on() { # BACKEND NODES
	local image='' at=$PWD place="$PWD/data/\${run:SLURM_JOB_ID}" mounts=''
	if [ "$1" != host ]; then
		image="image: $(image_for "$1")"
		at=/code place=/data
		mounts="volumes: ['$PWD:/code', '\${run:PLACE}/\${run:SLURM_JOB_ID}:/data']"
	fi
	cat >compose.yaml <<-YAML
		name: ports
		runtime: {backend: $1}
		x-slurm:
		  nodes: $2
		  time: "5"
		  scratch: {base: "\${run:NOT_SET:-$PWD}/scratch", mount: $PWD/seen, scope: shared}
		  setup:
		    - export PLACE=$PWD/data
		    - 'mkdir -p "\$PLACE/\$SLURM_JOB_ID" && touch "\$PLACE/\$SLURM_JOB_ID/client"'
		services:
		  web:
		    $image
		    command: [sh, $at/server, "\${run:web.port.http}", "$place\${run:NOT_SET:-/.}"]
		    readiness: {type: http, url: "http://localhost:\${run:web.port.http}/", timeout_seconds: 60}
		    $mounts
		    x-slurm:
		      ports: {http: auto, other: auto}
		      lifetime: dependents
		      placement: {node_range: "$(($2 - 1))", allow_overlap: true}
		      failure_policy: {mode: restart_on_failure, max_restarts: 1, backoff_seconds: 1}
		  client:
		    $image
		    command: [sh, $at/client, "\${run:client.nodes}", "job \${run:SLURM_JOB_ID}", "\${run:SLURM_JOB_ID}", "$place"]
		    environment: {WEB: "\${run:web.host}:\${run:web.port.http}"}
		    $mounts
		    depends_on: {web: {condition: service_healthy}}
		    x-slurm: {nodes: $2, ntasks_per_node: 1, placement: {node_count: $2, allow_overlap: true}}
	YAML
	rm -rf data seen
	mkdir data
	compile compose.yaml
	submit compose.sbatch
	wait_job
	assert_state COMPLETED
	local node
	node=$(job_nodes | tail -n 1)
	assert_log "$(log_of client)" "^reached $node:[0-9]+\$"
	# shows: services.<name>.x-slurm.ports
	assert_log "$(log_of web)" "^serves port [0-9]+ of $node\$"
}
run_on host 2
run_on pyxis 1
run_on pyxis 2

# Two jobs at one time, on one node: ports of their own, of those that the site allows.
mkdir site
printf '[ports]\nfirst = 31200\nlast = 31999\n' >site/cluster.toml
cat >compose.yaml <<YAML
name: twice
runtime: {backend: host}
x-slurm: {time: "5"}
services:
  holder:
    script: |
      echo "\$HPC_COMPOSE_PORT_A \$HPC_COMPOSE_PORT_B" >$PWD/ports.\$SLURM_JOB_ID
      exec sleep 600
    x-slurm: {ports: {a: auto, b: auto}}
YAML
HPCC_SITE=$PWD/site/cluster.toml compile compose.yaml
submit compose.sbatch
first=$JOB
submit compose.sbatch
wait_files 120 "ports.$first" "ports.$JOB"
assert_equal 'ports of their own' "$(cat "ports.$first" "ports.$JOB" | tr ' ' '\n' | sort -u | wc -l)" 4
for port in $(cat "ports.$first" "ports.$JOB" | xargs); do
	# The upper half is kept for rendezvous.
	{ [ "$port" -ge 31200 ] && [ "$port" -le 31599 ]; } || fail "port $port isn't one that the site allows"
done
scancel "$first" "$JOB"
wait_job

# Nobody has set the variable.
cat >compose.yaml <<YAML
name: missing
runtime: {backend: host}
x-slurm: {time: "5"}
services:
  one:
    command: [touch, "$PWD/started", "\${run:NOBODY}"]
YAML
compile compose.yaml
submit compose.sbatch
wait_job
assert_state FAILED
assert_log "slurm-$JOB.out" 'compose.yaml:6:[0-9]+: services.one.command\[2\]: the job has no variable NOBODY'
[ ! -e started ] || fail 'a service was started'
