# SPDX-License-Identifier: Apache-2.0
# Lines for burst buffers reach Slurm's plugin as they stand; the buffer is there before the job and gone
# after it.
record=${SLURM_CONF%/etc/*}/log/burst_buffer
if [ ! -e "$record" ]; then
	echo 'this Slurm has no burst buffers that scripts can make up'
	exit
fi
cat >buffer.yaml <<'YAML'
runtime: {backend: host}
x-slurm:
  burst_buffer: {directives: ["#BB create_persistent name=it's \"one\" type=cache"]}
services:
  one:
    script: scontrol show job "$SLURM_JOB_ID" | sed -n 's/^ *BurstBufferState=/state /p'
YAML
compile buffer.yaml
submit buffer.sbatch
wait_job
assert_state COMPLETED
# shows: x-slurm.burst_buffer.directives
assert_log "$record" "^asks #BB create_persistent name=it's \"one\" type=cache\$"
assert_log "$(log_of one)" '^state running$'
wait_log "$record" "^teardown $JOB\$"
assert_order "$record" "^setup $JOB\$" "^teardown $JOB\$"
