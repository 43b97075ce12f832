# SPDX-License-Identifier: Apache-2.0
# FILES UNCHECKED: the allocation table, written by hand, names no processes per node, so no host files.
# Steps on two nodes hear a stop over the wire, once in each task, and no scancel runs for it. Without the
# wire, and where Slurm signals every process itself (linuxproc), scancel tells them.
. "$SOURCE/handwritten.bash"

mkdir bin
printf '#!/bin/bash\necho "$*" >>"$SLURM_SUBMIT_DIR/scancels-$SLURM_JOB_ID"\nexec %s "$@"\n' \
	"$(command -v scancel)" >bin/scancel
chmod +x bin/scancel
cat >tell <<'SH'
trap 'trap "" TERM; echo told $SLURM_PROCID; echo "address ${SLURM_LAUNCH_NODE_IPADDR:-none}"; exit 0' TERM
echo >"up-$SLURM_JOB_ID.$SLURM_PROCID"
while :; do read -r -t 0.2 <> <(:) || :; done
SH
run_job() { # run_job TABLE-LINE
	write_job 'job name wire nodes 2
service far token far nodes all ntasks-per-node 1
service fails token fails nodes 0' '
service_far() {
  PATH=$SLURM_SUBMIT_DIR/bin:$PATH
  exec srun --overlap --mem=0 --export=ALL --input=none --nodes=2 --ntasks-per-node=1 \
    "$HPCC_RT" step -- bash tell
}
service_fails() { '"$STEP"' "$HPCC_RT" step -- bash -c "until [ -e up-$SLURM_JOB_ID.0 ] && [ -e up-$SLURM_JOB_ID.1 ]; do sleep 0.1; done; exit 3"; }
PATH=$SLURM_SUBMIT_DIR/bin:$PATH' \
"job grace 20s
job scheduler slurm
$1
service far
  run service_far
  log logs/far.log
  nodes 0-1
  tasks 2
  stop TERM grace 15s
service fails
  run service_fails
  log logs/fails.log
  after far started" '#SBATCH --nodes=2 --ntasks-per-node=1'
	submit job.sbatch
	wait_job
	assert_state FAILED
	assert_exit 3
	assert_log "slurm-$JOB.out" "service 'far' exited with status 0; stopped"
	assert_nothing_left
}
told() { grep -c "^told $1\$" "$(log_of far)" || :; }

told_by_slurm() {
	[ -s "scancels-$JOB" ] || fail 'nobody was told by Slurm'
	for task in 0 1; do
		[ "$(told $task)" -ge 1 ] || fail "task $task was not told"
	done
}

run_job 'job wire on'
if [ "$PROCTRACK" = cgroup ]; then
	assert_equal 'scancels' "$(cat "scancels-$JOB" 2>/dev/null)" ''
	assert_equal 'stops heard by task 0' "$(told 0)" 1
	assert_equal 'stops heard by task 1' "$(told 1)" 1
else
	told_by_slurm
fi
run_job 'job wire off'
told_by_slurm
