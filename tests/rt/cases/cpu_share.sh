# SPDX-License-Identifier: Apache-2.0
# CPUs that come with GPUs: the share of the nodes that a service has, after what others state.
. "$1/lib.bash"

cores=$(cat /sys/devices/system/cpu/cpu0/topology/thread_siblings_list 2>/dev/null || echo 0)
threads=$(tr ',' '\n' <<<"$cores" | awk -F- '{n += NF > 1 ? $2 - $1 + 1 : 1} END {print n}')

# share EXPECTED WORDS...: of one service with these words on three nodes.
share() {
	local want=$1 got
	shift
	got=$("$RT" begin --root "$JOB_ROOT" < <(
		printf 'hpcc-allocation 1\njob name test nodes 3\nservice first token first nodes 0\n'
		printf 'service it token it %s\n' "$*"
	) | sed -n 's/^CPUS=//p')
	[ "$want" -le "$threads" ] || want=$((want - want % threads))
	[ "$got" = "([1]=$want)" ] || fail "$*: $got instead of $want"
}

mkdir "$WORK/bin"
printf '#!/bin/sh\nprintf "n1\\nn2\\nn3\\n"\n' >"$WORK/bin/scontrol"
chmod +x "$WORK/bin/scontrol"
export PATH="$WORK/bin:$PATH" SLURM_JOB_NODELIST='n[1-3]'
export SLURM_JOB_CPUS_PER_NODE='64(x2),32' SLURM_GPUS_ON_NODE=4
share 32 nodes 0 gpus 2 beside 0
share 28 nodes 0 gpus 2 beside 8
share 16 nodes 1-2 gpus 2 beside 0
share 7 nodes 0 ntasks 4 gpus 2 beside 8
share 4 nodes all ntasks-per-node 2 gpus 1 beside 0
share 8 nodes 0-1 ntasks 4 gpus 1 beside 0
# All that there is stays even where that is odd; nobody gets less than one for a task.
SLURM_JOB_CPUS_PER_NODE=1 share 1 nodes 0 gpus 4 beside 0
SLURM_JOB_CPUS_PER_NODE=4 share 1 nodes 0 ntasks 8 gpus 4 beside 2
SLURM_JOB_CPUS_PER_NODE=4 share 1 nodes 0 gpus 1 beside 900
# The job doesn't say how many GPUs a node has, or says too few: those of the service are all.
SLURM_GPUS_ON_NODE='' share 60 nodes 0 gpus 2 beside 4
SLURM_GPUS_ON_NODE=1 share 60 nodes 0 gpus 2 beside 4
SLURM_JOB_CPUS_PER_NODE='' SLURM_CPUS_ON_NODE=16 share 8 nodes 2 gpus 2 beside 0
# Nobody has a share: nothing is said.
begin_says=$("$RT" begin --root "$JOB_ROOT" <<<$'hpcc-allocation 1\njob name test nodes 3\nservice a token a nodes 0')
! grep -q CPUS= <<<"$begin_says" || fail "$begin_says"
