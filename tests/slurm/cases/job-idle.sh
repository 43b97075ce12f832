# SPDX-License-Identifier: Apache-2.0
# The idle watch goes by the memory that the job's own steps hold, of what the job was given: others may
# share the node. The samples are written here, so that they are of any age.
mkdir .hpc-compose
cat >.hpc-compose/settings.toml <<'TOML'
[resources.small]
mem = "200M"
time = "5"
TOML
cat >idle.yaml <<'SPEC'
name: idle
runtime: {backend: host}
x-slurm:
  resources: small
  metrics: {enabled: false}
  watchdog: {grace_period_seconds: 1, cpu: {window_seconds: 60, memory_resident_above_pct: 40}}
services:
  one: {command: [sleep, "1000"]}
SPEC
JOB=$(slurm "$HPCC" submit --no-preflight --format=json idle.yaml | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
dir=.hpc-compose/$JOB
wait_log "$dir/state.json" '"status":"RUNNING"' 120
# shows: x-slurm.resources
assert_equal 'memory' "$(slurm scontrol show job "$JOB" | grep -oE 'AllocTRES=[^ ]*|^ *TRES=[^ ]*' | grep -o 'mem=[^,]*' | sed -n 1p)" mem=200M

# samples NODE-MEMORY-LEFT TASK-MEMORY: of a minute and a half, with a step of two tasks.
samples() {
	local age at
	mkdir -p "$dir/metrics"
	rm -f "$dir"/metrics/*
	for age in 90 30 10; do
		at=$(date -u -d "$age seconds ago" +%Y-%m-%dT%H:%M:%S.000Z)
		printf '{"at":"%s","node":"n1","utilization_pct":1.0,"memory_total_mib":100,"memory_available_mib":%s}\n' "$at" "$1" >>"$dir/metrics/cpu.jsonl"
		printf '{"at":"%s","node":"n1","step_id":"%s.0","tasks":2,"rss_mib":%s}\n' "$at" "$JOB" "$2" >>"$dir/metrics/steps.jsonl"
		printf '{"at":"%s","node":"n1","job_id":"%s","steps":1}\n' "$at" "$JOB" >>"$dir/metrics/slurm.jsonl"
	done
}
is_warned() {
	slurm "$HPCC" status "$JOB" >out 2>&1
	grep -q "$1" out
}
samples 90 50
wait_until 30 is_warned 'looks idle: cpu utilization was 1.0 % over the last 60 s, while 50 % of the memory'
samples 10 30
! is_warned 'looks idle' || fail "memory of others is counted: $(cat out)"
rm -r "$dir/metrics"
slurm "$HPCC" cancel "$JOB"
wait_job
assert_nothing_left
