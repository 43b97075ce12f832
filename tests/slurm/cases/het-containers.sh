# SPDX-License-Identifier: Apache-2.0
# Containers of two components find each other by name and by the ports that the job has chosen.
write() { # BACKEND IMAGE
	cat >"$1.yaml" <<-YAML
		name: het-$1
		runtime: {backend: $1}
		x-slurm:
		  time: 3
		  components:
		    server: {partition: test}
		    workers: {partition: side}
		services:
		  server:
		    image: $2
		    script: |
		      trap 'exit 0' TERM
		      while :; do echo "from the server" | nc -l -p "\$HPC_COMPOSE_PORT_TALK" >/dev/null; done & wait
		    x-slurm: {lifetime: dependents, ports: {talk: auto}}
		    readiness: {type: log, pattern: listening}
		  worker:
		    image: $2
		    script: |
		      grep -w server /etc/hosts || :
		      echo "component \$HPC_COMPOSE_SERVICE_COMPONENT, server at \$HPC_COMPOSE_COMPONENT_SERVER_PRIMARY_NODE"
		      echo "port \$HPC_COMPOSE_ADDR_SERVER_PORT_TALK of \$HPC_COMPOSE_ADDR_SERVER_HOST"
		    depends_on: {server: {condition: service_healthy}}
		    x-slurm: {component: workers}
	YAML
	sed -i "s/trap 'exit 0' TERM/&; echo listening/" "$1.yaml"
	compile "$1.yaml"
	submit "$1.sbatch"
}

for backend in pyxis charliecloud apptainer; do
	case $backend in
	charliecloud) command -v ch-run >/dev/null || continue ;;
	apptainer) command -v apptainer >/dev/null || continue ;;
	esac
	write $backend "$(image_for $backend "$IMAGE")"
	wait_job
	assert_state COMPLETED
	server=$(cat "$(job_dir)/allocation/components/server.nodes.txt")
	# ch-run mounts the file only where the image has one.
	[ "$backend" = charliecloud ] || assert_log "$(log_of worker)" '^[0-9.]+.*server'
	assert_log "$(log_of worker)" "^component workers, server at $server\$"
	assert_log "$(log_of worker)" "^port [0-9]+ of $server\$"
	assert_nothing_left
done
