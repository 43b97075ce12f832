# SPDX-License-Identifier: Apache-2.0
# The supervisor comes from the script itself when nothing else has it; without any the job says so
# in one line.

runtime=$HPCC_RT
unset HPCC_RT
PATH=/usr/bin:/bin
cp "$SOURCE/examples/pipeline.yaml" .
HPCC_RT=$runtime compile pipeline.yaml --embed-runtime
bash -n pipeline.sbatch
submit pipeline.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of summarize)" '^the sum is 338350$'
assert_nothing_left
rm -rf .hpc-compose

compile pipeline.yaml
submit pipeline.sbatch
wait_job
assert_state FAILED
assert_equal 'output' "$(wc -l <"slurm-$JOB.out")" 1
assert_log "slurm-$JOB.out" '^hpcc: hpcc-rt not found: set HPCC_RT, or put it on PATH'
