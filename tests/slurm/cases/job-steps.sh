# SPDX-License-Identifier: Apache-2.0
# A service's x-slurm shapes its step: how many tasks on how many nodes, with which CPUs, GPUs and
# memory of their own, laid out and bound as it says. Seen by each task, and in Slurm's record of the
# step.
cat >steps.yaml <<'YAML'
runtime: {backend: host}
x-slurm: {nodes: 2, ntasks_per_node: 2, cpus_per_task: 2, gpus_per_node: 2, time: 5}
x-look: &look |
  if [ "$SLURM_PROCID" = 0 ]; then
    scontrol show step "$SLURM_JOB_ID.$SLURM_STEP_ID" | tr '\n' ' '
    echo
  fi
  echo "task $SLURM_PROCID of $SLURM_NTASKS at $SLURMD_NODENAME," \
    "CPUs $SLURM_CPUS_ON_NODE, GPUs ${CUDA_VISIBLE_DEVICES-none}"
  echo "told ${SLURM_CPU_BIND-} ${SLURM_MEM_BIND-} ${SLURM_DISTRIBUTION-}"
services:
YAML
# One after the other, so that each has the whole node.
before=''
while IFS='|' read -r name step; do
	printf '  %s:\n    script: *look\n    x-slurm: {%s}\n' "$name" "$step"
	[ -z "$before" ] || printf '    depends_on: {%s: {condition: service_completed_successfully}}\n' "$before"
	before=$name
done >>steps.yaml <<'LIST'
three|nodes: 2, placement: {node_count: 2, allow_overlap: true}, ntasks: 3
each|nodes: 2, placement: {node_count: 2, allow_overlap: true}, ntasks_per_node: 1
one|nodes: 1, ntasks: 1
cpus|nodes: 1, ntasks: 1, cpus_per_task: 2
gpus|nodes: 1, ntasks: 1, gpus: 1
gres|nodes: 1, ntasks: 1, gres: "gpu:1"
onnode|nodes: 2, placement: {node_count: 2, allow_overlap: true}, ntasks_per_node: 1, gpus_per_node: 1
pertask|nodes: 1, ntasks: 2, gpus_per_task: 1
withcpus|nodes: 1, ntasks: 1, gpus_per_task: 1, cpus_per_gpu: 2
withmem|nodes: 1, ntasks: 1, gpus: 1, mem_per_gpu: 300M
mapped|nodes: 1, ntasks: 2, gpus_per_node: 2, gpu_bind: "map_gpu:1,0"
cyclic|nodes: 2, placement: {node_count: 2, allow_overlap: true}, ntasks_per_node: 2, distribution: cyclic
block|nodes: 2, placement: {node_count: 2, allow_overlap: true}, ntasks_per_node: 2, distribution: block
membind|nodes: 1, ntasks: 1, mem_bind: local
hint|nodes: 1, ntasks: 1, hint: nomultithread
extra|nodes: 1, ntasks: 2, extra_srun_args: [--label]
LIST
compile steps.yaml
submit steps.sbatch
wait_job
assert_state COMPLETED
mapfile -t nodes < <(job_nodes)

# tasks SERVICE: "rank node CPUs GPUs" of each task, by rank; nodes are A and B.
tasks() {
	sed -n 's/^task \([0-9]*\) of [0-9]* at \(.*\), CPUs \([0-9]*\), GPUs \(.*\)/\1 \2 \3 \4/p' "$(log_of "$1")" |
		sed "s/ ${nodes[0]} / A /; s/ ${nodes[1]} / B /" | sort -n | paste -sd';'
}
# shows: services.<name>.x-slurm.{nodes,ntasks}
assert_equal three "$(tasks three | sed 's/ 4 0,1//g; s/ [12] A/ A/')" '0 A;1 A;2 B'
# shows: services.<name>.x-slurm.{nodes,ntasks_per_node}
assert_equal each "$(tasks each)" '0 A 4 0,1;1 B 4 0,1'
# shows: services.<name>.x-slurm.{nodes,ntasks}
assert_equal one "$(tasks one)" '0 A 4 0,1'
# shows: services.<name>.x-slurm.cpus_per_task
assert_equal cpus "$(tasks cpus)" '0 A 2 none'
# shows: services.<name>.x-slurm.gpus
assert_equal gpus "$(tasks gpus)" '0 A 2 0'
# shows: services.<name>.x-slurm.gres
assert_equal gres "$(tasks gres)" '0 A 2 0'
# shows: services.<name>.x-slurm.gpus_per_node
assert_equal onnode "$(tasks onnode)" '0 A 2 0;1 B 2 0'
# shows: services.<name>.x-slurm.gpus_per_task
assert_equal pertask "$(tasks pertask)" '0 A 4 0;1 A 4 1'
# shows: services.<name>.x-slurm.cpus_per_gpu
assert_equal withcpus "$(tasks withcpus)" '0 A 2 0'
# shows: services.<name>.x-slurm.mem_per_gpu
assert_log "$(log_of withmem)" ' TRES=cpu=2,mem=300M,'
# shows: services.<name>.x-slurm.gpu_bind
assert_equal mapped "$(tasks mapped)" '0 A 4 1;1 A 4 0'
# shows: services.<name>.x-slurm.distribution
assert_equal cyclic "$(tasks cyclic)" '0 A 4 0,1;1 B 4 0,1;2 A 4 0,1;3 B 4 0,1'
assert_equal block "$(tasks block)" '0 A 4 0,1;1 A 4 0,1;2 B 4 0,1;3 B 4 0,1'
# shows: services.<name>.x-slurm.mem_bind
assert_log "$(log_of membind)" '^told .* quiet,local '
# shows: services.<name>.x-slurm.hint
assert_log "$(log_of hint)" '^told quiet,threads '
# shows: services.<name>.x-slurm.extra_srun_args
assert_equal extra "$(sed -n 's/^\([01]: task [01]\) .*/\1/p' "$(log_of extra)" | sort | paste -sd,)" '0: task 0,1: task 1'
assert_nothing_left
