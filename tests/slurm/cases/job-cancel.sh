# SPDX-License-Identifier: Apache-2.0
# However a job on two nodes is cancelled, on the nodes or in containers: the program's TERM handler
# runs to its end in every task, and so does that of a daemon in a session of its own; what it prints is
# in the log, then the epilogue runs, then artifacts are collected, and nothing is left.

# Told once, a program may reset its trap and save by children. With linuxproc a loaded Slurm tells a step
# twice, a plain one as well; there the handler is ended by nothing that comes again.
again=-
[ "$PROCTRACK" = cgroup ] || again='""'

# spec BACKEND
spec() {
	cat >"$1.yaml" <<-YAML
		name: cancel-$1
		runtime: {backend: $1}
		x-slurm:
		  nodes: 2
		  ntasks_per_node: 1
		  artifacts: {export_dir: ./kept, paths: [/hpc-compose/job/saved.*]}
		services:
		  train:
		    image: $(image_for "$1")
		    script: |
		      cat >\$HPC_COMPOSE_JOB_DIR/daemon.\$SLURM_PROCID <<'SH'
		      trap 'trap $again TERM; sleep 1 && echo daemon \$SLURM_PROCID saved; exit 0' TERM
		      echo >\$HPC_COMPOSE_JOB_DIR/up.\$SLURM_PROCID
		      while :; do sleep 0.1; done
		      SH
		      trap 'trap $again TERM; sleep 1 && echo saved >\$HPC_COMPOSE_JOB_DIR/saved.\$SLURM_PROCID; echo handler \$SLURM_PROCID done; exit 0' TERM
		      (setsid sh \$HPC_COMPOSE_JOB_DIR/daemon.\$SLURM_PROCID &)
		      while :; do sleep 0.1; done
		    x-slurm:
		      nodes: 2
		      epilogue: 'echo epilogue; ls \$HPC_COMPOSE_JOB_DIR/saved.*'
	YAML
}

# cancelled BACKEND COMMAND...: the command gets the job's id.
cancelled() {
	local backend=$1
	shift
	# The preflight check would find, rightly, that /tmp is a node's own.
	JOB=$(slurm "$HPCC" submit --no-preflight --format=json "$backend.yaml" | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
	wait_files 120 ".hpc-compose/$JOB/up.0" ".hpc-compose/$JOB/up.1"
	sleep 0.2 # who has just begun is told in any case, with linuxproc perhaps twice
	slurm "$@" "$JOB"
	wait_job
	assert_log "$(log_of train)" '^handler 0 done$'
	assert_log "$(log_of train)" '^handler 1 done$'
	assert_log "$(log_of train)" '^daemon 0 saved$'
	assert_log "$(log_of train)" '^daemon 1 saved$'
	assert_order "$(log_of train)" '^handler' '^epilogue$'
	assert_log "$(log_of train)" 'saved.0$'
	assert_equal 'artifacts' "$(cd ".hpc-compose/$JOB/artifacts/payload" && echo *)" 'saved.0 saved.1'
	assert_log ".hpc-compose/$JOB/state.json" '"status":"CANCELLED"'
	assert_nothing_left
}

for backend in host pyxis $(apptainer_if_any); do
	spec "$backend"
	cancelled "$backend" scancel
	assert_state CANCELLED
	cancelled "$backend" "$HPCC" cancel
	assert_state CANCELLED
done
