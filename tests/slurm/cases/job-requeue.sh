# SPDX-License-Identifier: Apache-2.0
# A requeued job goes on where it saved: attempts are counted, each has its folder, and the links
# lead to the newest.

cat >again.yaml <<YAML
extends: $SOURCE/examples/checkpoint.yaml
services:
  train:
    environment: {STEPS: "1000"}
YAML
mkdir checkpoints
compile again.yaml --env "CHECKPOINTS=$PWD/checkpoints"
submit again.sbatch
dir=.hpc-compose/$JOB
wait_log "$dir/attempts/0/logs/train.log" '^attempt 0 begins at step 0$'
slurm scontrol requeue "$JOB"
# shows: x-slurm.requeue
wait_log "$dir/attempts/1/logs/train.log" '^attempt 1 begins at step [1-9]'
assert_log "$dir/attempts/0/logs/train.log" '^saved step [1-9]'
assert_equal 'newest log' "$(readlink -f "$dir/logs/train.log")" \
	"$(readlink -f "$dir/attempts/1/logs/train.log")"
assert_log "$dir/state.json" '"attempt":1'

# The early warning saves and goes on.
slurm scancel --batch --signal=USR1 "$JOB"
wait_log "$dir/attempts/1/logs/train.log" '^saved step'
has_state RUNNING || fail "the job is $STATE after its early warning"
slurm scancel "$JOB"
wait_job
assert_nothing_left
