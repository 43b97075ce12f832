# SPDX-License-Identifier: Apache-2.0
# FILES UNCHECKED: nobody is left to close the record when the whole batch step dies
# Somebody kills, by SIGKILL, any process of a job in any phase: the job ends, nothing is left on any
# node, and what is said of it afterwards is true: its record is closed by who survives, or hpcc says so.

cat >kills.yaml <<YAML
name: kills
runtime: {backend: pyxis}
x-slurm:
  nodes: 2
  ntasks_per_node: 1
  setup:
    - |
      if [ "\$PHASE" = setup ]; then touch "\$JOB_DIR/up.0" "\$JOB_DIR/up.1"; sleep 300; fi
  stage_out: [{from: $PWD/in, to: "$PWD/out/\${SLURM_JOB_ID}"}]
services:
  train:
    image: $IMAGE
    script: |
      trap 'touch \$HPC_COMPOSE_JOB_DIR/stopping.\$SLURM_PROCID; [ "\$PHASE" != stopping ] || sleep 300; exit 0' TERM
      sleep 300 & sleep 300 &
      touch \$HPC_COMPOSE_JOB_DIR/up.\$SLURM_PROCID
      [ "\$PHASE" != teardown ] || exit 0
      wait
    environment: {PHASE: "\${PHASE_OF_TEST}"}
    stop_grace_period: 4s
    x-slurm: {nodes: 2}
YAML
mkdir -p in bin
printf '%s\n' '#!/bin/bash' 'touch "$HPC_COMPOSE_JOB_DIR/copying"' '[ "$PHASE" != teardown ] || sleep 300' \
	'exec /usr/bin/rsync "$@"' >bin/rsync
chmod +x bin/rsync
export PATH=$PWD/bin:$PATH

# process_like ERE [WHICH]: of the job's processes whose command line matches the first, or the last.
process_like() {
	local pid found=
	for pid in $(job_processes | sort -n); do
		tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep >/dev/null -E -- "$1" || continue
		found=$pid
		[ "${2:-first}" = last ] || break
	done
	[ -n "$found" ] || fail "no process of job $JOB is like: $1"
	echo "$found"
}

reaches() {
	case $1 in
	setup | running) wait_files 120 ".hpc-compose/$JOB/up.0" ".hpc-compose/$JOB/up.1" ;;
	stopping)
		wait_files 120 ".hpc-compose/$JOB/up.0" ".hpc-compose/$JOB/up.1"
		slurm scancel --batch --signal=TERM "$JOB"
		wait_files 60 ".hpc-compose/$JOB/stopping.0" ".hpc-compose/$JOB/stopping.1"
		;;
	teardown) wait_files 120 ".hpc-compose/$JOB/copying" ;;
	esac
}

is_told() { ! slurm "$HPCC" status "$JOB" 2>&1 | grep -E ': (RUNNING|STARTING|STOPPING|PENDING|COMPLETING)' >/dev/null; }

# killed PHASE STATE ERE [WHICH]: a job in which a process is killed in that phase. STATE is that of the
# record, or "any" where nobody may be left to close it.
killed() {
	export PHASE=$1 PHASE_OF_TEST=$1
	compile kills.yaml
	submit kills.sbatch
	reaches "$1"
	kill -KILL "$(process_like "$3" "${4:-first}")"
	wait_job 240
	[ "$STATE" != COMPLETED ] || fail "$*: COMPLETED"
	wait_until 60 is_job_gone
	[ "$2" = any ] || assert_log ".hpc-compose/$JOB/state.json" "\"status\":\"$2\""
	wait_until 60 is_told
}

script='hpcc-rt script '
bash='^[^ ]*bash [^ ]*slurm_script'
supervise='hpcc-rt supervise '
killed setup any "$script"
killed setup FAILED "$bash"
killed running any "$script"
killed running FAILED "$bash"
killed running FAILED "$supervise" # the guard
killed running FAILED "$supervise" last
killed running FAILED '^srun .*hpc-compose:train'
killed running FAILED 'hpcc-rt step '
killed stopping CANCELLED "$bash"
killed stopping FAILED "$supervise" last
killed stopping CANCELLED 'hpcc-rt step '
killed teardown FAILED "$bash"
