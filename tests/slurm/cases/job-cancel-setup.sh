# SPDX-License-Identifier: Apache-2.0
# A job that is cancelled ends at once, whatever it does before its services start: a line of setup
# with children, a module, scratch that is made, a copy in, a look-up; the record says CANCELLED.

make_waiter() {
	mkdir -p bin
	# Waits when it is its turn; what it waits by ignores TERM.
	printf '%s\n' '#!/bin/bash' '[ "$TURN" = "${0##*/}$1" ] || exit 0' \
		'touch "$HPC_COMPOSE_JOB_DIR/at"' '(trap "" TERM; exec sleep 900) & sleep 901' >bin/work
	chmod +x bin/work
	ln -s work bin/rsync
}

make_waiter
mkdir -p in
cat >setup.yaml <<YAML
name: setup
runtime: {backend: host}
x-slurm:
  time: 5
  cache_dir: ./cache
  setup:
    - export PATH="\$SLURM_SUBMIT_DIR/bin:\$PATH"
    - work 1
    - if ! work 2; then echo go on; fi; work 1
    - facts=\$(work 3)
  scratch: {base: $PWD/scratch, mount: /scratch}
  stage_in: [{from: ./in, to: /scratch/in}]
  rendezvous: {discover: nowhere, timeout_seconds: 900}
services:
  never: {command: "true"}
YAML
compile setup.yaml

# cancelled TURN COMMAND...
cancelled() {
	local begin turn=$1
	shift
	TURN=$turn submit setup.sbatch
	if [ "$turn" = lookup ]; then
		wait_until 120 looks_up
	else
		wait_files 120 ".hpc-compose/$JOB/at"
	fi
	begin=$(now_cs)
	slurm "$@" "$JOB"
	wait_job
	wait_until 60 is_closed
	# A command that doesn't listen is killed after three seconds.
	[ $(($(now_cs) - begin)) -lt 6000 ] || fail "$turn: it took $(($(now_cs) - begin))0 ms"
	assert_log ".hpc-compose/$JOB/state.json" '"status":"CANCELLED"'
	assert_log ".hpc-compose/$JOB/state.json" '"name":"never".*"state":"skipped"'
	wait_until 30 is_job_gone
	[ ! -e "scratch/$JOB" ] || fail "$turn: scratch is left"
}
is_closed() { file_matches ".hpc-compose/$JOB/state.json" '"ended_at":"'; }
looks_up() {
	local pid
	for pid in $(job_processes); do
		! tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep >/dev/null -x lookup || return 0
	done
	return 1
}

for turn in work1 work2 work3 lookup; do
	cancelled "$turn" scancel
	assert_state CANCELLED
	cancelled "$turn" scancel --batch --signal=TERM
done
