#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The idle watch: what a window of samples says of a job that runs, and each setting of it. The samples
# are written here, so that they are of any age.
. "$(dirname "$0")/lib.bash"

# job WATCHDOG: starts a job, and waits until its record says that it has begun.
job() {
	printf 'runtime: {backend: host}\nx-slurm:\n  watchdog: %s\nservices:\n  one: {command: ["sleep", "100"]}\n' "$1" >idle.yaml
	run 0 hpcc up --local --detach idle.yaml
	id=$(hpcc jobs | awk 'NR == 1 {print $1}')
	that 'it has begun' within 20 grep -qs '"started_at":"' ".hpc-compose/$id/state.json"
	mkdir -p ".hpc-compose/$id/metrics"
}

# rows FILE MEMBERS AGE...: a sample of each age in seconds.
rows() {
	local file=.hpc-compose/$id/metrics/$1.jsonl members=$2 age
	shift 2
	for age; do
		printf '{"at":"%s","node":"n1",%s}\n' "$(date -u -d "$age seconds ago" +%Y-%m-%dT%H:%M:%S.000Z)" "$members"
	done >>"$file"
}
warns() {
	run 0 hpcc status "$id"
	[[ $err == *"looks idle: $1"* ]]
}
# silent: asked when the grace period of a second is over for certain.
silent() {
	local began
	began=$(sed -E 's/.*"started_at":"([^"]*)".*/\1/' ".hpc-compose/$id/state.json" | sed -n 1p)
	until [ $(($(date +%s) - $(date -d "$began" +%s))) -gt 2 ]; do sleep 0.05; done
	run 0 hpcc status "$id"
	[[ $err != *'looks idle'* ]]
}
end() {
	run 0 hpcc down --yes "$id"
}
cpu='"utilization_pct":4.0,"memory_total_mib":100,"memory_available_mib":75'
gpu='"index":0,"utilization_pct":4,"memory_used_mib":25,"memory_total_mib":100'

job '{grace_period_seconds: 1, cpu: {window_seconds: 60}}'
rows cpu "$cpu" 90 30 10
that 'little work, much memory' within 20 warns 'cpu utilization was 4.0 % over the last 60 s, while 25 % of the memory'
run 0 hpcc status --format=json "$id"
out_has '"idle_warning": "the job looks idle'
end

job '{enabled: false, grace_period_seconds: 1, cpu: {window_seconds: 60}}'
rows cpu "$cpu" 90 30 10
# shows: x-slurm.watchdog.enabled
that 'switched off' silent
end

job '{grace_period_seconds: 500, cpu: {window_seconds: 60}}'
rows cpu "$cpu" 90 30 10
# shows: x-slurm.watchdog.grace_period_seconds
that 'a young job' silent
end

job '{grace_period_seconds: 1, cpu: {window_seconds: 200}}'
rows cpu "$cpu" 90 30 10
# shows: x-slurm.watchdog.cpu.window_seconds
that 'a window that is not full' silent
end

job '{grace_period_seconds: 1, cpu: {window_seconds: 60, compute_below_pct: 4}}'
rows cpu "$cpu" 90 30 10
# shows: x-slurm.watchdog.cpu.compute_below_pct
that 'more work than that' silent
end

job '{grace_period_seconds: 1, cpu: {window_seconds: 60, memory_resident_above_pct: 25}}'
rows cpu "$cpu" 90 30 10
# shows: x-slurm.watchdog.cpu.memory_resident_above_pct
that 'little memory' silent
end

for setting in 'window_seconds: 200' 'window_seconds: 60, compute_below_pct: 4' \
	'window_seconds: 60, compute_below_pct: 5, memory_resident_above_pct: 25' \
	'window_seconds: 60, compute_below_pct: 5'; do
	job "{grace_period_seconds: 1, action: warn, gpu: {$setting}}"
	rows gpu "$gpu" 90 30 10
	if [ "$setting" = 'window_seconds: 60, compute_below_pct: 5' ]; then
		# shows: x-slurm.watchdog.action x-slurm.watchdog.gpu.{compute_below_pct,memory_resident_above_pct,window_seconds}
		that "a GPU, $setting" within 20 warns 'gpu utilization was 4.0 % over the last 60 s, while 25 %'
		that 'it goes on' within 20 grep -q '"status":"RUNNING"' ".hpc-compose/$id/state.json"
	else
		that "a GPU, $setting" silent
	fi
	end
done

finish
