# SPDX-License-Identifier: Apache-2.0
# FILES UNCHECKED: the job is a runner of trials; the job folders are those of trials, by their names.
# A packed sweep by its commands: one job on two nodes for all trials, how far each is, stopped in the middle, resumed,
# ranked. What one trial does to itself is no matter to the others.
cat >pack.yaml <<'YAML'
name: pack
runtime: {backend: host}
x-slurm: {time: 5, nodes: 2, ntasks_per_node: 2, mem: 50M}
services:
  train:
    x-slurm: {ntasks: 1, cpus_per_task: 1, mem: 10M}
    script: |
      echo "$HPC_COMPOSE_SWEEP_TRIAL of $HPC_COMPOSE_SWEEP_ID, k=$k, step ${SLURM_PROCID-none}"
      [ "$k" != 2 ] || [ -e TOP/let ] || exit 3
      [ "$k" != 3 ] || [ -e TOP/let ] || exec sleep 600
      echo "loss=0.$k"
sweep:
  parameters: {k: [1, 2, 3, 4]}
  matrix: full
  objective: {direction: minimize, log_pattern: 'loss=([0-9.]+)'}
YAML
sed -i "s|TOP|$PWD|g" pack.yaml

counts() { # counts TEXT
	slurm "$HPCC" sweep status pack-1 2>&1 | grep -qF "$1"
}
jobs_of_sweep() {
	sed -n 's/.*"job":"\([0-9]*\)".*/\1/p' .hpc-compose/sweeps/pack-1/submissions.jsonl | sort -u
}
slurm "$HPCC" sweep submit --as=packed pack.yaml >out 2>&1 || fail "submit: $(cat out)"
JOB=$(jobs_of_sweep)
assert_equal 'jobs for four trials' "$(wc -l <<<"$JOB")" 1
wait_until 30 counts '1 running, 2 done, 1 failed'
slurm "$HPCC" sweep stop pack-1 >out 2>&1 || fail "stop: $(cat out)"
wait_job 60
counts '2 done, 2 failed' || fail "$(slurm "$HPCC" sweep status pack-1 2>&1)"
touch let
slurm "$HPCC" sweep resume pack-1 >out 2>&1 || fail "resume: $(cat out)"
assert_log out 'submitted 2 trials of sweep pack-1, all in one job'
JOB=$(jobs_of_sweep | tail -n 1)
assert_log .hpc-compose/sweeps/pack-1/submissions.jsonl "\"job\":\"$JOB\""
wait_job 60
assert_state COMPLETED
counts '4 done' || fail "$(slurm "$HPCC" sweep status pack-1 2>&1)"
slurm "$HPCC" sweep results pack-1 >out 2>&1 || fail "results: $(cat out)"
assert_log out '^ *1 +0.1 .*k=1$'
assert_equal 'what was done ran once' "$(grep -c '"trial":"t000".*"event":"started"' .hpc-compose/sweeps/pack-1/trials.jsonl)" 1
assert_nothing_left
