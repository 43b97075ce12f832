# SPDX-License-Identifier: Apache-2.0
# Services share out four nodes: each runs on the nodes its placement names and is told which.
write_spec() {
	local name
	printf 'runtime: {backend: %s}\nx-slurm: {nodes: 4, time: 3}\nservices:\n' "$1"
	while IFS='|' read -r name placement; do
		cat <<-YAML
			  $name:
			    image: $IMAGE
			    script: |
			      echo "at \$SLURMD_NODENAME"
			      if [ "\$SLURM_PROCID" = 0 ]; then
			        echo "told \$HPC_COMPOSE_SERVICE_NODE_COUNT: \$HPC_COMPOSE_SERVICE_NODELIST"
			        echo "file \$(cat "\$HPC_COMPOSE_SERVICE_NODELIST_FILE" | tr '\n' ' ')"
			        echo "first \$HPC_COMPOSE_SERVICE_PRIMARY_NODE of \$HPC_COMPOSE_PRIMARY_NODE"
			        echo "all \$HPC_COMPOSE_NODE_COUNT: \$HPC_COMPOSE_NODELIST"
			      fi
			    x-slurm: {placement: {$placement, allow_overlap: true}}
		YAML
	done <<-'LIST'
		range|node_range: "1-2"
		some|node_range: "0, 3"
		without|node_range: "0-3", exclude: "1"
		count|node_count: 2, start_index: 1, exclude: "2"
		half|node_percent: 50
		shared|share_with: without
	LIST
}

# assert_nodes SERVICE NODE...
assert_nodes() {
	local log service=$1
	shift
	log=$(log_of "$service")
	assert_equal "nodes of $service" "$(sed -n 's/^at //p' "$log" | sort | paste -sd' ')" "$*"
	assert_log "$log" "^told $#: $*\$"
	assert_log "$log" "^file $* \$"
	assert_log "$log" "^first $1 of n1\$"
	assert_log "$log" '^all 4: n1 n2 n3 n4$'
}

for backend in host pyxis; do
	write_spec $backend | sed 's/share_with: without, allow_overlap: true/share_with: without/' >$backend.yaml
	compile $backend.yaml
	submit $backend.sbatch
	wait_job
	assert_state COMPLETED
	# shows: services.<name>.x-slurm.placement.{node_range,allow_overlap}
	assert_nodes range n2 n3
	assert_nodes some n1 n4
	# shows: services.<name>.x-slurm.placement.exclude
	assert_nodes without n1 n3 n4
	# shows: services.<name>.x-slurm.placement.{node_count,start_index,exclude}
	assert_nodes count n2 n4
	# shows: services.<name>.x-slurm.placement.node_percent
	assert_nodes half n1 n2
	# shows: services.<name>.x-slurm.placement.share_with
	assert_nodes shared n1 n3 n4
	assert_nothing_left
done
