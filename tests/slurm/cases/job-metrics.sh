# SPDX-License-Identifier: Apache-2.0
# Samples: those that were asked for, as often as asked for, on every node, by one step however many
# they are; on the batch node alone where that step can't be; none when switched off. `hpcc stats` adds
# them up.
mkdir bin
# shellcheck disable=SC2016 # for the program
printf '%s\n' '#!/bin/bash' \
	'[[ $1 != *gpu=* ]] || echo "0, GPU-$SLURMD_NODENAME, H100, 50, 40, 1024, 4096, 55, 300.50"' \
	'[[ $1 != *apps=* ]] || echo "GPU-$SLURMD_NODENAME, 4242, 1024, train"' >bin/nvidia-smi
# shellcheck disable=SC2016
printf '%s\n' '#!/bin/bash' '[[ "$*" != *"hpcc-rt sample "* ]] || { echo "no step" >&2; exit 1; }' \
	"exec $(command -v srun) \"\$@\"" >bin/broken-srun
chmod +x bin/*

# spec NAME METRICS SETUP: the first service lasts until there are three samples.
spec() {
	cat >"$1.yaml" <<-YAML
		name: $1
		runtime: {backend: host}
		x-slurm:
		  nodes: 2
		  time: 3
		  metrics: $2
		  setup: ['$3']
		services:
		  first:
		    script: |
		      for _ in \$(seq 600); do
		        [ "\$(cat "\$HPC_COMPOSE_JOB_DIR"/metrics/*pu.jsonl 2>/dev/null | grep -c "\"node\":\"\$HPC_COMPOSE_PRIMARY_NODE\"")" -lt 3 ] || exit 0
		        sleep 0.1
		      done
		      exit 1
		  second:
		    command: [/bin/true]
		    depends_on: {first: {condition: service_completed_successfully}}
	YAML
}

# run NAME
run() {
	JOB=$(slurm "$HPCC" submit --no-preflight --format=json "$1.yaml" | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
	wait_job
	assert_state COMPLETED
	assert_job_dir
	assert_nothing_left
	dir=$(job_dir)
}

# seconds_between FILE NODE: of its first two samples, rounded.
seconds_between() {
	local first second
	{ read -r first && read -r second; } < <(sed -n "s/^{\"at\":\"\([^\"]*\)\",\"node\":\"$2\".*/\1/p" "$1")
	echo $((($(date -d "$second" +%s%N) - $(date -d "$first" +%s%N) + 500000000) / 1000000000))
}

# step_of SERVICE
step_of() {
	sed -n "s/.*{\"name\":\"$1\".*\"step_id\":\"\([0-9]*\)\".*/\1/p" "$dir/state.json"
}

# shellcheck disable=SC2016 # for the batch script
spec gpus '{interval_seconds: 2, collectors: [gpu]}' 'export PATH="$SLURM_SUBMIT_DIR/bin:$PATH"'
run gpus
# shows: x-slurm.metrics.collectors
assert_equal 'files' "$(cd "$dir/metrics" && echo *)" 'diagnostics gpu.jsonl gpu_processes.jsonl meta.json'
mapfile -t nodes < <(job_nodes)
for node in "${nodes[@]}"; do
	assert_log "$dir/metrics/gpu.jsonl" "\"node\":\"$node\",\"index\":0,\"uuid\":\"GPU-$node\".*\"utilization_pct\":50,"
	assert_log "$dir/metrics/gpu_processes.jsonl" "\"node\":\"$node\",\"gpu_uuid\":\"GPU-$node\",\"pid\":4242,"
done
# shows: x-slurm.metrics.interval_seconds
[ "$(seconds_between "$dir/metrics/gpu.jsonl" "${nodes[0]}")" -ge 2 ] || fail 'samples come too often'
# A sample is no step: the sampler's, the first service's, in whichever order, and this one.
assert_equal 'number of the last step' "$(step_of second)" 2
assert_log "$dir/metrics/meta.json" '"degraded":false'
slurm "$HPCC" stats --job "$JOB" --format=json >stats.out
assert_equal 'statistics' "$(tr -d ' \n' <stats.out | grep -o '"utilization_pct":{[^}]*}')" \
	'"utilization_pct":{"count":'"$(wc -l <"$dir/metrics/gpu.jsonl")"',"max":50.0,"mean":50.0}'
slurm "$HPCC" stats --job "$JOB" >stats.out
assert_log stats.out 'utilization_pct +mean +50.00 +max +50.00'
assert_no_log stats.out ' (pid|index) '

# shellcheck disable=SC2016
spec broken '{interval_seconds: 1, collectors: [cpu, slurm]}' 'srun() { "$SLURM_SUBMIT_DIR/bin/broken-srun" "$@"; }; export -f srun; mkdir -p "$SLURM_SUBMIT_DIR/path"; ln -s ../bin/broken-srun "$SLURM_SUBMIT_DIR/path/srun"; PATH="$SLURM_SUBMIT_DIR/path:$PATH"'
run broken
assert_log "$dir/metrics/meta.json" '"degraded":true'
assert_equal 'nodes' "$(sed 's/.*"node":"\([^"]*\)".*/\1/' "$dir/metrics/cpu.jsonl" | sort -u)" "$(job_nodes | sed -n 1,1p)"
assert_log "$dir/metrics/slurm.jsonl" '"steps":[1-9]'

spec off '{enabled: false}' true
sed -i 's/^      exit 1/      exit 0/; s/seq 600/seq 3/' off.yaml
run off
# shows: x-slurm.metrics.enabled
[ ! -e "$dir/metrics" ] || fail 'samples, though they are switched off'
assert_equal 'steps' "$(step_of first)" 0
