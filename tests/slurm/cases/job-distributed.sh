# SPDX-License-Identifier: Apache-2.0
# What tasks of a service on several nodes are told of each other: every variable and host file, from
# inside each task, on the nodes and in containers; and what a service on one node is not told.
write_spec() {
	cat <<-YAML
		runtime: {backend: $1}
		x-slurm: {nodes: 4, ntasks_per_node: 3, cpus_per_task: 1, time: 3}
		x-look: &look |
		  echo "task \$SLURM_PROCID at \$SLURMD_NODENAME node \$HPC_COMPOSE_DIST_NODE_RANK" \\
		    "local \$HPC_COMPOSE_DIST_LOCAL_RANK global \$HPC_COMPOSE_DIST_GLOBAL_RANK"
		  env | grep -E '^HPC_COMPOSE_(DIST|TP|PP)_' | grep -v _RANK= | sed "s/^/\$SLURM_PROCID: /"
		  [ "\$SLURM_PROCID" != 0 ] || sed 's/^/hostfile: /' "\$HPC_COMPOSE_DIST_HOSTFILE"
		services:
		  three:
		    image: $IMAGE
		    script: *look
		    x-slurm: {ntasks_per_node: 2, placement: {node_range: "1-3"}}
		  two:
		    image: $IMAGE
		    script: *look
		    environment: {NPROC_PER_NODE: 8}
		    x-slurm:
		      ntasks_per_node: 3
		      placement: {node_range: "0-1", allow_overlap: true}
		      parallelism: {tensor: 4, pipeline: 2}
		  alone:
		    image: $IMAGE
		    script: |
		      env | grep -E '^HPC_COMPOSE_DIST_' || echo "nothing of others"
		      sed 's/^/hostfile: /' "\$HPC_COMPOSE_MPI_HOSTFILE"
		    x-slurm: {nodes: 1, ntasks: 2, mpi: {type: none}}
	YAML
}

# assert_told SERVICE TASKS NAME=VALUE...: each task is told this, and nothing else of the kind.
assert_told() {
	local log task tasks=$2
	log=$(log_of "$1")
	shift 2
	printf 'HPC_COMPOSE_%s\n' "$@" | sort >wanted
	for ((task = 0; task < tasks; task++)); do
		sed -n "s/^$task: //p" "$log" | sort >got
		diff wanted got || fail "what task $task in $log is told"
	done
}

# ranks SERVICE: of each task, in order.
ranks() {
	sed -n 's/^task //p' "$(log_of "$1")" | sort -n | paste -sd,
}

for backend in host pyxis; do
	write_spec $backend >$backend.yaml
	compile $backend.yaml
	submit $backend.sbatch
	wait_job
	assert_state COMPLETED
	# The port: services are numbered as they are launched, by name here.
	port=$((29500 + (JOB + 1) % 1000))
	files=/hpc-compose/job/allocation/distributed-hostfiles
	[ $backend = pyxis ] || files=$PWD/.hpc-compose/$JOB/allocation/distributed-hostfiles
	assert_told three 6 DIST_MASTER_ADDR=n2 DIST_MASTER_PORT=$port DIST_RDZV_ENDPOINT=n2:$port \
		DIST_NNODES=3 DIST_NPROC_PER_NODE=2 DIST_WORLD_SIZE=6 "DIST_HOSTFILE=$files/three.hostfile"
	assert_equal 'ranks' "$(ranks three)" "$(printf '%s,' '0 at n2 node 0 local 0 global 0' \
		'1 at n2 node 0 local 1 global 1' '2 at n3 node 1 local 0 global 2' \
		'3 at n3 node 1 local 1 global 3' '4 at n4 node 2 local 0 global 4')5 at n4 node 2 local 1 global 5"
	assert_equal 'host file' "$(sed -n 's/^hostfile: //p' "$(log_of three)" | paste -sd,)" \
		'n2 slots=2,n3 slots=2,n4 slots=2'
	port=$((port + 1))
	[ $port -lt 30500 ] || port=29500
	# shows: services.<name>.x-slurm.parallelism.{tensor,pipeline}
	assert_told two 6 DIST_MASTER_ADDR=n1 DIST_MASTER_PORT=$port DIST_RDZV_ENDPOINT=n1:$port \
		DIST_NNODES=2 DIST_NPROC_PER_NODE=8 DIST_WORLD_SIZE=16 "DIST_HOSTFILE=$files/two.hostfile" \
		TP_SIZE=4 PP_SIZE=2
	assert_equal 'host file' "$(sed -n 's/^hostfile: //p' "$(log_of two)" | paste -sd,)" 'n1 slots=8,n2 slots=8'
	assert_equal 'alone' "$(sort -u "$(log_of alone)" | paste -sd,)" 'hostfile: n1 slots=2,nothing of others'
	assert_nothing_left
done

# The site's port and variables go to services on several nodes alone.
mkdir -p .hpc-compose
printf '[distributed]\nrdzv_port = 12345\n[distributed.env]\nNCCL_DEBUG = "WARN"\n' >.hpc-compose/cluster.toml
cat >site.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {nodes: 2, time: 3}
services:
  all:
    script: echo "$HPC_COMPOSE_DIST_RDZV_ENDPOINT $NCCL_DEBUG"
    x-slurm: {nodes: 2}
  one:
    script: echo "${HPC_COMPOSE_DIST_RDZV_ENDPOINT-unset} ${NCCL_DEBUG-unset}"
YAML
compile site.yaml
submit site.sbatch
wait_job
assert_state COMPLETED
mapfile -t nodes < <(job_nodes)
assert_equal 'told by the site' "$(sort "$(log_of all)" "$(log_of one)" | uniq -c | sed 's/^ *//' | paste -sd,)" \
	"2 ${nodes[0]}:12345 WARN,1 unset unset"
