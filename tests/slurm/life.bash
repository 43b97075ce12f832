# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A job that uses everything at once, and leaves a trace: each of its parts adds a line to the file
# `trace` in the job's folder, the commands of the batch script also with what stood at that time.
#
#	make_programs
#	LIFE_WORKER='exit 7' life failing
#	note_line 'rsync always'
#
# Variables change the spec: LIFE_BACKEND, LIFE_SCOPE, LIFE_SETUP, LIFE_IN (a source), LIFE_FIND (a
# name to look up), LIFE_READY (a pattern), LIFE_POLICY, LIFE_WORKER (what a launch of the worker does
# after its first), LIFE_ASSERT (an exit code), LIFE_OUT (a source), LIFE_CLEANUP, LIFE_TIME.

# note, rsync and huggingface-cli for the batch script, in ./bin.
make_programs() {
	mkdir -p bin in
	echo data >in/file
	# shellcheck disable=SC2016 # for the programs
	printf '%s\n' '#!/bin/bash' \
		'[ "${SLURM_PROCID:-0}" = 0 ] || exit 0' \
		'dir=$HPC_COMPOSE_JOB_DIR here=$SLURM_SUBMIT_DIR' \
		'status=$(grep -o "\"status\":\"[A-Z]*\"" "$dir/state.json" | head -n 1)' \
		'facts=${status:10:-1}' \
		'case $facts in STARTING | RUNNING | STOPPING) facts=open ;; esac' \
		'[ ! -d "$here/scratch/$SLURM_JOB_ID" ] || facts+=" scratch"' \
		'[ ! -e "$here/saved-$LIFE/_hpc-compose/latest.json" ] || facts+=" resume"' \
		'[ ! -d "$here/cache/runtime/$SLURM_JOB_ID/tmp" ] || facts+=" runtime"' \
		'[ ! -e "$dir/metrics/meta.json" ] || facts+=" samples"' \
		'[ ! -e "$here/cache/rendezvous/$LIFE/latest.json" ] || facts+=" offer"' \
		'[ ! -e "$dir/artifacts/manifest.json" ] || facts+=" manifest"' \
		'echo "$*: $facts" >>"$dir/trace"' >bin/note
	# The sampler starts in the background; the first copy waits for it.
	# shellcheck disable=SC2016
	printf '%s\n' '#!/bin/bash' \
		'for _ in {1..200}; do' \
		'  [ ! -e "$HPC_COMPOSE_JOB_DIR/metrics/meta.json" ] || break' \
		'  sleep 0.1' \
		'done' \
		'to=${3%/}' \
		'note "rsync ${to##*/}"' \
		'[ ! -x "$SLURM_SUBMIT_DIR/bin/during-rsync" ] || "$SLURM_SUBMIT_DIR/bin/during-rsync" "$to"' \
		'exec /usr/bin/rsync "$@"' >bin/rsync
	# What is looked up afterwards is published only here, so an earlier look-up would fail.
	# shellcheck disable=SC2016
	printf '%s\n' '#!/bin/bash' \
		'note "huggingface-cli $1 $2 $3 $4 token=$HF_TOKEN"' \
		'while [ $# -gt 2 ]; do shift; done' \
		'[ "$1" = --local-dir ] || exit 9' \
		'echo weights >"$2/weights"' \
		'HPC_COMPOSE_SERVICE_PRIMARY_NODE=elsewhere "$SLURM_SUBMIT_DIR/bin/hpcc-rt" publish --cache "$SLURM_SUBMIT_DIR/cache" --job 1 --service s --name found --port 80 --protocol http --path /v1 --ttl 600' \
		>bin/huggingface-cli
	cp "$HPCC_RT" bin/hpcc-rt
	chmod +x bin/*
}

# life NAME: writes NAME.yaml and submits it.
life() {
	cat >"$1.yaml" <<-YAML
		name: life
		runtime: {backend: ${LIFE_BACKEND:-pyxis}}
		x-env:
		  env: {FROM_ENV: "set before"}
		x-slurm:
		  nodes: 2
		  ntasks_per_node: 1
		  time: ${LIFE_TIME:-3}
		  requeue: true
		  cache_dir: ./cache
		  resume: {path: "$PWD/saved-$1"}
		  setup:
		    - export PATH="\$SLURM_SUBMIT_DIR/bin:\$PATH" LIFE=$1
		    - note "setup, \$FROM_ENV"
		    - ${LIFE_SETUP:-true}
		  scratch: {base: "$PWD/scratch", mount: /scratch, scope: ${LIFE_SCOPE:-node_local}, cleanup: ${LIFE_CLEANUP:-always}}
		  metrics: {interval_seconds: 1}
		  stage_in:
		    - {from: "${LIFE_IN:-./in}", to: /scratch/in}
		    - {hf: {repo: org/$1, revision: v1.0}, to: /scratch/model}
		  rendezvous: {discover: ${LIFE_FIND:-found}, timeout_seconds: 1}
		  artifacts:
		    export_dir: ./export
		    paths: [/hpc-compose/job/made]
		    bundles: {logs: {paths: ["/hpc-compose/job/logs/*.log"]}}
		  stage_out:
		    - {from: ${LIFE_OUT:-/scratch/out}, to: "./result/\${SLURM_JOB_ID}/always"}
		    - {from: /scratch/out, to: "./result/\${SLURM_JOB_ID}/success", when: on_success}
		    - {from: /scratch/out, to: "./result/\${SLURM_JOB_ID}/failure", when: on_failure}
		  cleanup: {runtime_cache: on_success}
		services:
		  server:
		    image: $IMAGE
		    script: |
		      trap 'echo "server stops" >>\$HPC_COMPOSE_JOB_DIR/trace; exit 0' TERM
		      echo "server runs, \$(cat "\$HPC_COMPOSE_SCRATCH_DIR/in/file" "\$HPC_COMPOSE_SCRATCH_DIR/model/weights" | tr '\n' ' ')\$HPC_COMPOSE_RDZV_URL" >>\$HPC_COMPOSE_JOB_DIR/trace
		      mkdir -p "\$HPC_COMPOSE_SCRATCH_DIR/out"
		      echo result >"\$HPC_COMPOSE_SCRATCH_DIR/out/result"
		      echo listening
		      until grep -qs '"service":"worker","event":"completed"' \$HPC_COMPOSE_JOB_DIR/events.jsonl; do sleep 0.1; done
		    readiness: {type: log, pattern: ${LIFE_READY:-listening}, timeout_seconds: ${LIFE_READY_TIME:-60}}
		    x-slurm:
		      rendezvous: {register: {name: $1, port: 8123}}
		      prologue: note "prologue of server"
		      epilogue: note "epilogue of server <\$HPC_COMPOSE_SERVICE_EXIT_CODE>"
		  worker:
		    image: $IMAGE
		    script: |
		      trap 'echo "worker stops" >>\$HPC_COMPOSE_JOB_DIR/trace; exit 0' TERM
		      echo "worker runs" >>\$HPC_COMPOSE_JOB_DIR/trace
		      [ -e \$HPC_COMPOSE_JOB_DIR/made ] || { echo one >\$HPC_COMPOSE_JOB_DIR/made; exit 7; }
		      ${LIFE_WORKER:-:}
		    depends_on: {server: {condition: service_healthy}}
		    assert: {exit_code: ${LIFE_ASSERT:-0}, artifacts_contain: /hpc-compose/job/ma*}
		    x-slurm:
		      failure_policy: {${LIFE_POLICY:-mode: restart_on_failure, max_restarts: 3, max_restarts_in_window: 1, backoff_seconds: 1}}
		      hooks:
		        - {on: restart, script: 'note "restart \$HPC_COMPOSE_RESTART_COUNT"'}
		        - {on: window_exhausted, script: note "window exhausted"}
		      epilogue: note "epilogue of worker <\$HPC_COMPOSE_SERVICE_EXIT_CODE>"
	YAML
	compile "$1.yaml"
	HF_TOKEN=hf_secret submit "$1.sbatch"
}

# The newest attempt's folder.
life_dir() {
	local attempts
	attempts=("$(job_dir)"/attempts/*)
	printf '%s' "${attempts[-1]}"
}

# before_services NAME: what each trace begins with.
before_services() {
	local all='open scratch resume runtime'
	printf '%s\n' "setup, set before: $all" "rsync in: $all samples" \
		"huggingface-cli download org/$1 --revision v1.0 token=hf_secret: $all samples" \
		"rsync model: $all samples"
}

# assert_trace: it is what standard input says.
assert_trace() {
	diff - "$(life_dir)/trace" || fail "the trace of job $JOB"
}

# assert_folders SCRATCH RUNTIME COPIES: which are there at the end, yes or no, and which copies out.
assert_folders() {
	assert_equal 'scratch' "$([ -d "scratch/$JOB" ] && echo yes || echo no)" "$1"
	assert_equal 'runtime cache' "$([ -d "cache/runtime/$JOB" ] && echo yes || echo no)" "$2"
	assert_equal 'copies out' "$(shopt -s nullglob && cd "result/$JOB" 2>/dev/null && echo *)" "$3"
}

# assert_verdict STATUS CODE: what state.json says of the job.
assert_verdict() {
	assert_log "$(job_dir)/state.json" "\"status\":\"$1\",\"exit_code\":$2,"
}

assert_life_dir() {
	assert_job_dir --extra trace --extra made
}
