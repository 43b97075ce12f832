# SPDX-License-Identifier: Apache-2.0
# The supervisor comes from the script itself when nothing else has it, or from where the compiler put it;
# without any the job says so in one line.

unset HPCC_RT
PATH=/usr/bin:/bin
cp "$SOURCE/examples/pipeline.yaml" .
compile pipeline.yaml --embed-runtime
bash -n pipeline.sbatch
submit pipeline.sbatch
wait_job
assert_state COMPLETED
assert_log "$(log_of summarize)" '^the sum is 338350$'
assert_nothing_left
rm -rf .hpc-compose

# A copy of hpcc alone is enough for a script that runs where it was written.
compile pipeline.yaml
submit pipeline.sbatch
wait_job
assert_state COMPLETED
rm -rf .hpc-compose

submit pipeline.sbatch
wait_job
assert_state FAILED
assert_equal 'output' "$(wc -l <"slurm-$JOB.out")" 1
assert_log "slurm-$JOB.out" '^hpcc: no hpcc-rt in .*/\.hpc-compose/bin: write the script again with -o'
