# SPDX-License-Identifier: Apache-2.0
# A service that states GPUs and no CPUs gets the CPUs that go with them: with CPUs stated by the job, with
# whole nodes, where the site gives CPUs with each GPU, and on two nodes.

# run_shares DIRECTIVES SERVICES: each says how many CPUs its step has on a node.
run_shares() {
	cat >shares.yaml <<-YAML
		name: shares
		runtime: {backend: host}
		x-slurm: {time: 5, $1}
		x-say: &say
		  script: |
		    [ "\$SLURM_PROCID" != 0 ] || echo "cpus \$SLURM_CPUS_ON_NODE"
		    : >"\$HPC_COMPOSE_JOB_DIR/\$HPC_COMPOSE_SERVICE_NAME"
		    until [ -e "\$HPC_COMPOSE_JOB_DIR/one" ] && [ -e "\$HPC_COMPOSE_JOB_DIR/two" ]; do sleep 0.1; done
		services:
		  one: {<<: *say, x-slurm: {$2}}
		  two: {<<: *say, x-slurm: {$3}}
	YAML
	compile shares.yaml
	submit shares.sbatch
	wait_job
	assert_state COMPLETED
	assert_nothing_left
}
assert_cpus() {
	assert_equal "$1" "$(cat "$(log_of one)" "$(log_of two)" | grep ^cpus | paste -sd,)" "$2"
}

run_shares 'gpus_per_node: 2, cpus_per_task: 4' 'gpus: 1' 'gpus: 1'
# shows: services.<name>.x-slurm.gpus
assert_cpus 'halves' 'cpus 2,cpus 2'
run_shares 'gpus_per_node: 2, exclusive: true' 'gpus: 2' 'exclusive: false'
assert_cpus 'all of a whole node' 'cpus 4,cpus 4'
run_shares 'gpus_per_node: 2, exclusive: true' 'gpus: 1' 'gpus: 1, cpus_per_task: 2'
assert_cpus 'after what the other states' 'cpus 1,cpus 2'
run_shares 'gpus_per_node: 2, nodes: 2, exclusive: true' \
	'gpus_per_node: 1, ntasks_per_node: 1, placement: {node_count: 2}' \
	'gpus_per_node: 1, ntasks_per_node: 1, placement: {node_count: 2, allow_overlap: true}'
assert_cpus 'on two nodes' 'cpus 2,cpus 2'

# The site gives two CPUs with each GPU; without that a job of two GPUs has one CPU in all.
ask_root cpus-per-gpu side 2
run_shares 'partition: side, gpus_per_node: 2' 'gpus: 2' 'exclusive: false'
assert_cpus "as the site's DefCpuPerGPU gives them" 'cpus 4,cpus 4'
run_shares 'partition: side, gpus_per_node: 2' 'gpus: 1' 'gpus: 1'
assert_cpus 'halves of what the site gives' 'cpus 2,cpus 2'
ask_root cpus-per-gpu side 0
