# SPDX-License-Identifier: Apache-2.0
# FILES UNCHECKED: the allocation table, written by hand, names no processes per node, so no host files.
# scancel: the application's own TERM handler runs to its end in every task, and what it prints is
# in its log, before the job ends.
. "$SOURCE/handwritten.bash"

write_job 'job name cancel nodes 2
service train token train nodes all ntasks-per-node 1' '
service_train() {
  exec srun --overlap --mem=0 --export=ALL --input=none --nodes=2 --ntasks-per-node=1 \
    "$HPCC_RT" step -- bash -c '\''
      trap "sleep 1; echo saved >saved.\$SLURM_PROCID; echo handler \$SLURM_PROCID done; exit 0" TERM
      echo up >up.$SLURM_PROCID
      while :; do sleep 0.1; done'\''
}' 'job grace 10s
job scheduler slurm
service train
  run service_train
  log logs/train.log
  nodes 0-1
  tasks 2
  stop TERM grace 3s' '#SBATCH --nodes=2 --ntasks-per-node=1'

submit job.sbatch
wait_files 120 up.0 up.1
slurm scancel "$JOB"
wait_job
assert_state CANCELLED
assert_equal 'what the handlers saved' "$(cat saved.0 saved.1)" $'saved\nsaved'
assert_log "$(log_of train)" '^handler 0 done$'
assert_log "$(log_of train)" '^handler 1 done$'
assert_nothing_left
