# SPDX-License-Identifier: Apache-2.0
# FILES UNCHECKED: the allocation table, written by hand, names no processes per node, so no host files.
# The end of a job does not depend on good will: a service that ignores TERM, with a grandchild that
# does too, is killed in every task after its grace period.
. "$SOURCE/handwritten.bash"

write_job 'job name stubborn nodes 2
service mule token mule nodes all ntasks-per-node 1
service fails token fails nodes 0' '
service_mule() {
  exec srun --overlap --mem=0 --export=ALL --input=none --nodes=2 --ntasks-per-node=1 \
    "$HPCC_RT" step -- bash -c '\''
      trap "" TERM INT HUP
      setsid bash -c "while :; do sleep 0.1; done" &
      echo up >up.$SLURM_PROCID
      while :; do sleep 0.1; done'\''
}
service_fails() { '"$STEP"' "$HPCC_RT" step -- sh -c "until [ -e up.0 ] && [ -e up.1 ]; do sleep 0.1; done; exit 3"; }' \
'job grace 10s
job scheduler slurm
service mule
  run service_mule
  log logs/mule.log
  nodes 0-1
  tasks 2
  stop TERM grace 1s
service fails
  run service_fails
  log logs/fails.log
  after mule started' '#SBATCH --nodes=2 --ntasks-per-node=1'

submit job.sbatch
wait_job
assert_state FAILED
assert_exit 3
assert_log "slurm-$JOB.out" "killing service 'mule'"
assert_nothing_left
