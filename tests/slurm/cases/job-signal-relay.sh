# SPDX-License-Identifier: Apache-2.0
# A signal for the batch script, as --signal=B:USR1@... sends it, reaches the program in every task of
# every service; the job goes on and succeeds. Where Slurm signals tasks alone (cgroup), it also reaches
# a program behind a shell that does not know it, and spares the shell.

for backend in host pyxis; do
	cat >$backend.yaml <<-YAML
		name: signal-$backend
		runtime: {backend: $backend}
		x-slurm:
		  nodes: 2
		  ntasks_per_node: 1
		  signal: {name: USR1, at_seconds: 60, shell: batch}
		services:
		  both:
		    image: $IMAGE
		    script: |
		      trap 'echo task \$SLURM_PROCID got USR1; touch \$HPC_COMPOSE_JOB_DIR/got.\$SLURM_PROCID' USR1
		      touch \$HPC_COMPOSE_JOB_DIR/up.\$SLURM_PROCID
		      until [ -e \$HPC_COMPOSE_JOB_DIR/got.\$SLURM_PROCID ]; do sleep 0.1; done
		      exit 0 # not the status of a sleep that the signal ended
		    x-slurm: {nodes: 2}
		  wrapped:
		    image: $IMAGE
		    script: |
		      sh -c 'trap "touch \$HPC_COMPOSE_JOB_DIR/got.inner; exit 0" USR1
		        touch \$HPC_COMPOSE_JOB_DIR/up.inner
		        while :; do sleep 0.1; done'
		      echo the shell lives
		    x-slurm: {ntasks: 1}
	YAML
	[ "$PROCTRACK" = cgroup ] || sed -i '/^  wrapped:/,$d' $backend.yaml
	compile $backend.yaml
	assert_log $backend.sbatch '^#SBATCH --signal=B:USR1@60$'
	# The scheduler's own signal would come within half a minute; job-signal-timer waits for it.
	sed -i '/^#SBATCH --signal/d' $backend.sbatch
	submit $backend.sbatch
	dir=.hpc-compose/$JOB
	wait_files 120 "$dir/up.0" "$dir/up.1"
	[ "$PROCTRACK" != cgroup ] || wait_files 120 "$dir/up.inner"
	slurm scancel --batch --signal=USR1 "$JOB"
	wait_job
	assert_state COMPLETED
	# shows: x-slurm.signal.{name,shell}
	assert_log "$(log_of both)" '^task 0 got USR1$'
	assert_log "$(log_of both)" '^task 1 got USR1$'
	[ "$PROCTRACK" != cgroup ] || assert_log "$(log_of wrapped)" '^the shell lives$'
	assert_nothing_left
done
