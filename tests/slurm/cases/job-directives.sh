# SPDX-License-Identifier: Apache-2.0
# What the head of a script asks for, the job is given: Slurm's own record of the job says so, and the
# job sees it from inside.

# directives NAME [SETUP]: reads x-slurm from standard input, and submits a job with it. The job keeps
# its environment in NAME.env and its service prints what GPUs it sees.
directives() {
	{
		printf 'runtime: {backend: host}\nx-slurm:\n'
		sed 's/^/  /'
		cat <<-YAML
			  setup:
			    - env >"$PWD/$1.env"
			    - ${2:-true}
			services:
			  show:
			    script: |
			      echo "on \$SLURMD_NODENAME, GPUs \${CUDA_VISIBLE_DEVICES-none}"
			      env | grep -E '^SLURM_(MEM_BIND|DISTRIBUTION|HINT|GPU_BIND)=' || echo laid out by nobody
		YAML
	} >"$1.yaml"
	compile "$1.yaml" --env "HERE=$PWD"
	submit "$1.sbatch"
}

# expect_job ERE...: Slurm's record of the job has all of them.
expect_job() {
	local wanted
	slurm scontrol --details show job "$JOB" >record
	for wanted; do
		file_matches record "(^| )$wanted( |\$)" || fail "not in the record: $wanted; $(cat record)"
	done
}

# What the job is called and asks for; it waits in its set-up until it was looked at.
mkdir -p work/logs
directives many "echo \"in \$PWD\"; touch many.up; until [ -e \"$PWD/seen\" ]; do sleep 0.1; done" <<'YAML'
job_name: it's "a job", $$x
nodes: 2
ntasks: 6
ntasks_per_node: 3
partition: side
account: lab
licenses: solver:3,viewer
time: 1-02:03
cpus_per_task: 1
mem: 1800M
constraint: high
output: logs/%j.out
error: logs/%j.err
chdir: "${HERE}/work"
requeue: false
submit_args: ['--comment="as it stands"', --nice=7]
YAML
wait_files 120 work/many.up
# shows: x-slurm.{job_name,nodes,ntasks,ntasks_per_node,partition,account,time,cpus_per_task}
expect_job "JobName=it's \"a job\", \\\$x" NumNodes=2 NumTasks=6 'NtasksPerN:B:S:C=3:.*' Partition=side \
	Account=lab TimeLimit=1-02:03:00 CPUs/Task=1 NumCPUs=6
# shows: x-slurm.{mem,licenses,constraint,requeue,submit_args}
expect_job MinMemoryNode=1800M Licenses=solver:3,viewer Features=high Requeue=0 'Comment=as it stands' Nice=7
slurm scontrol show licenses solver >free
# shows: x-slurm.licenses
assert_log free 'Used=[34]' # another job may use one
# shows: x-slurm.constraint
assert_equal 'nodes' "$(job_nodes | paste -sd' ')" 'n3 n4'
touch seen
wait_job
assert_state COMPLETED
# shows: x-slurm.chdir x-slurm.output
assert_log "work/logs/$JOB.out" "^in $PWD/work\$"
# shows: x-slurm.error
[ -e "work/logs/$JOB.err" ] || fail 'no file for errors'
# shows: x-slurm.{mem,ntasks,ntasks_per_node}
assert_log many.env '^SLURM_MEM_PER_NODE=1800$'
assert_log many.env '^SLURM_NTASKS=6$'
assert_log many.env '^SLURM_NTASKS_PER_NODE=3$'
# Slurm gives each node the CPUs of its three tasks.
# shows: x-slurm.cpus_per_task
assert_log many.env '^SLURM_JOB_CPUS_PER_NODE=3\(x2\)$'
assert_nothing_left

# A node kept for others is given to the job that names the reservation.
ask_root reserve kept n2
directives reserved <<<'reservation: kept'
wait_job
expect_job Reservation=kept
ask_root unreserve kept
assert_state COMPLETED
# shows: x-slurm.reservation
assert_log "$(log_of show)" '^on n2,'

# GPUs, by every field that asks for them. CPUs and memory can come with each.
# expect_gpus NAME GPUS ERE...: of one node; the directives are standard input.
expect_gpus() {
	directives "$1"
	wait_job
	assert_state COMPLETED
	assert_log "$1.env" "^SLURM_JOB_GPUS=$2\$"
	assert_log "$(log_of show)" "GPUs $2\$"
	shift 2
	expect_job "$@"
}
# shows: x-slurm.gres
expect_gpus gres 0 TresPerNode=gres:gpu:1 <<<'gres: gpu:1'
# shows: x-slurm.gpus
expect_gpus gpus 0,1 TresPerJob=gres:gpu:2 <<<'gpus: 2'
# shows: x-slurm.gpus_per_node
expect_gpus per-node 0,1 TresPerNode=gres:gpu:2 <<<'gpus_per_node: 2'
# shows: x-slurm.gpus_per_task
expect_gpus per-task 0,1 TresPerTask=gres:gpu:1 NumCPUs=2 <<<$'gpus_per_task: 1\nntasks: 2'
# shows: x-slurm.cpus_per_gpu
expect_gpus cpus-per-gpu 0,1 CpusPerTres=gres:gpu:2 NumCPUs=4 <<<$'gpus: 2\ncpus_per_gpu: 2'
# shows: x-slurm.mem_per_gpu
expect_gpus mem-per-gpu 0,1 MemPerTres=gres:gpu:300 'TRES=.*mem=600M.*' <<<$'gpus: 2\nmem_per_gpu: 300M'
# shows: x-slurm.gpu_bind
expect_gpus gpu-bind 0 TresBind=gpu:closest <<<$'gpus: 1\ngpu_bind: closest'

# How tasks are laid out and bound is told to the job alone; steps don't inherit it.
directives layout <<'YAML'
nodes: 2
mem_bind: local
distribution: cyclic:block
hint: compute_bound
YAML
wait_job
assert_state COMPLETED
# shows: x-slurm.{mem_bind,distribution,hint}
assert_equal 'layout' "$(grep -E '^SLURM_(MEM_BIND|DISTRIBUTION|HINT)=' layout.env | sort | paste -sd' ')" \
	'SLURM_DISTRIBUTION=cyclic:block SLURM_HINT=compute_bound SLURM_MEM_BIND=local'
assert_log "$(log_of show)" '^laid out by nobody$'
# shows: x-slurm.hint
expect_job 'ReqB:S:C:T=0:0:\*:1'

# A profile of the settings fills what the spec leaves out.
mkdir -p .hpc-compose
cat >.hpc-compose/settings.toml <<'TOML'
[resources.small]
partition = "side"
time = "7"
cpus_per_task = 2
mem = "3G"
TOML
directives profile <<<$'resources: small\ncpus_per_task: 3'
wait_job
assert_state COMPLETED
# shows: x-slurm.resources
expect_job Partition=side TimeLimit=00:07:00 MinMemoryNode=3G NumCPUs=3

# The name of the spec, without a job_name.
printf 'name: named by the spec\nruntime: {backend: host}\nservices: {one: {command: ["true"]}}\n' >named.yaml
compile named.yaml
submit named.sbatch
wait_job
# shows: name
expect_job 'JobName=named by the spec'
