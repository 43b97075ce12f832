# SPDX-License-Identifier: Apache-2.0
# What preflight says before a job is what Slurm says of it; a small step looks at a node's folders and tools.
spec() {
	printf 'runtime: {backend: host}\nx-slurm: {time: 5%s}\nservices: {a: {command: ["true"]}}\n' "$1" >compose.yaml
}
# looks STATUS [OPTION...]
looks() {
	local wanted=$1 status=0
	shift
	timeout 60 "$HPCC" preflight "$@" compose.yaml >out 2>&1 || status=$?
	[ "$status" = "$wanted" ] || fail "preflight $*: status $status: $(cat out)"
}
says() { file_matches out "$1" || fail "preflight says nothing like '$1': $(cat out)"; }

spec ''
looks 0
says 'start +at [0-9-]+T[0-9:]+ using [0-9]+ processors on nodes n[1-4]'
says 'KillWait +[0-9]+ s'
says 'MaxStepCount +a job may have [0-9]+ steps'
spec ', nodes: 9'
looks 3
says 'the job asks for 9 nodes, partition test has 4'
says 'start +.*(Requested node configuration is not available|Node count specification invalid).*\(sbatch --test-only\)'
spec ', partition: nowhere'
looks 3
says 'has no partition .nowhere.'
says 'nvalid partition name specified: the cluster has no partition of that name'
spec ', mem: 900G'
looks 3
says 'Requested node configuration is not available: no node of the partition has|Memory required by task is not available'

# Mounts as a compute node sees them.
cat >compose.yaml <<YAML
runtime: {backend: charliecloud}
x-slurm: {time: 5}
services:
  a: {image: ${IMAGE%.sqsh}, command: ["true"], volumes: ["$PWD:/mnt"]}
YAML
timeout 60 "$HPCC" preflight --probe-nodes -W no-all compose.yaml >out 2>&1 || :
says 'a step on a compute node'
! file_matches out "doesn't exist on n[1-4]" || fail "a folder that all nodes see: $(cat out)"
