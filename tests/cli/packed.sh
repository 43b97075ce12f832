#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# A packed sweep: all trials in one job, how far each is, what they came to, those that failed resumed, stopped.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH

counts() { # counts SWEEP TEXT: `status` says so
	hpcc sweep status "$1" | grep -qF "$2"
}
lines_like() { # lines_like N ERE: of standard output
	that "$1 lines like $2" test "$(grep -cE -- "$2" <<<"$out")" = "$1"
}

# Trial b fails until it is let.
cat >pack.yaml <<'SPEC'
name: pack
runtime: {backend: host}
x-slurm: {time: "0:10:00"}
services:
  train:
    x-slurm: {cpus_per_task: 1, mem: 10M}
    script: |
      echo "trial $HPCC_TRIAL of $HPC_COMPOSE_SWEEP_ID"
      case $kind in
        b) [ -e let ] || exit 3 ;;
        s) [ -e let ] || exec sleep 600 ;;
      esac
      echo "loss=0.$level"
sweep:
  parameters: {level: [2, 1], kind: [a, b]}
  matrix: full
  objective: {direction: minimize, log_pattern: 'loss=([0-9.]+)'}
SPEC
run 0 hpcc sweep submit --as=packed --dry-run pack.yaml
out_has 'would submit 4 trials of sweep pack-1, all in one job; nothing was done'
that 'a dry run leaves nothing' test ! -e .hpc-compose
run 0 hpcc sweep submit --as=packed pack.yaml
out_has 'submitted 4 trials of sweep pack-1, all in one job'
that 'one job' test "$(sed -n 's/.*"job":"\([0-9]*\)".*/\1/p' .hpc-compose/sweeps/pack-1/submissions.jsonl | sort -u | wc -l)" = 1
job=$(sed -n 's/.*"job":"\([0-9]*\)".*/\1/p' .hpc-compose/sweeps/pack-1/submissions.jsonl | sort -u)
that 'the job lives on without a node' grep -qx '#SBATCH --no-kill' ".hpc-compose/$job"/*.sbatch
that 'the job is told before its end' grep -qx '#SBATCH --signal=B:USR1@60' ".hpc-compose/$job"/*.sbatch
that 'a trial has the size of its services' grep -q '^trial t000 cpus 1 gpus 0 memory 10 script ' .hpc-compose/sweeps/pack-1/trials.table
that 'it comes to that' within 60 counts pack-1 '2 done, 2 failed'
run 0 hpcc sweep status
out_has 'sweep pack-1 as packed, 4 trials: 2 done, 2 failed'
lines_like 2 "^t00[23] +FAILED .*'train' app-exit 3"
out_has 'first failure: t00'
run 0 hpcc sweep results
lines_like 1 '^ *1 +0.1 +0.1 +0.1 +1/1 +kind=a;level=1'
out_has 't002: it has failed: FAILED'

# Only those that failed run again.
touch let
run 0 hpcc sweep resume pack-1
out_has 'submitted 2 trials of sweep pack-1, all in one job'
that 'it comes to that' within 60 counts pack-1 '4 trials: 4 done'
that 'none that was done ran twice' test "$(grep -c '"trial":"t000","event":"started"' .hpc-compose/sweeps/pack-1/trials.jsonl)" = 1
run 0 hpcc sweep resume pack-1
out_has 'nothing to resume: of sweep pack-1 4 are done'

# hpcc was ended between sbatch and the line in submissions.jsonl: the job is found by its record.
run 0 hpcc sweep submit --as=packed pack.yaml
that 'all end' within 60 counts pack-2 '4 done'
sed -i '/"job":/d' .hpc-compose/sweeps/pack-2/submissions.jsonl
run 0 hpcc sweep status pack-2
out_has '4 trials: 4 done'
run 0 hpcc sweep resume pack-2
out_has 'nothing to resume'

# Stopped, it stops as one job.
rm let
sed -i 's/\[a, b\]/[s]/; s/\[2, 1\]/[1]/' pack.yaml
run 0 hpcc sweep submit --as=packed pack.yaml
that 'it runs' within 60 counts pack-3 '1 running'
run 0 hpcc sweep stop pack-3
out_has 'asked the job of sweep pack-3 to end'
that 'it comes to that' within 60 counts pack-3 '1 failed'
run 0 hpcc sweep status pack-3
lines_like 1 '^t000 +CANCELLED '
touch let
run 0 hpcc sweep resume pack-3
that 'it comes to that' within 60 counts pack-3 '1 done'

# The nodes decide how many run at a time; a limit is for arrays.
run 2 hpcc sweep submit --as=packed --limit=2 pack.yaml
err_has '--limit is for an array: this sweep runs as all in one job'
run 2 hpcc sweep submit --limit=2 pack.yaml
err_has 'submit it --as=array'

# What needs steps of Slurm goes another way.
sed 's/backend: host/backend: pyxis/; s/    x-slurm: {cpus/    image: alpine:3.20\n&/' pack.yaml >pyxis.yaml
run 2 hpcc sweep submit --as=packed pyxis.yaml
err_has 'trial t000 runs containers by Pyxis'
err_has 'others go --as=jobs or --as=array'
that 'nothing is left of it' test ! -e .hpc-compose/sweeps/pack-4
sed 's/{time: /{nodes: 2, time: /' pack.yaml >wide.yaml
run 0 hpcc sweep submit --as=packed --dry-run wide.yaml
cat >components.yaml <<'SPEC'
name: het
runtime: {backend: host}
x-slurm:
  components:
    a: {partition: gpu}
    b: {partition: gpu}
services:
  one: {script: 'echo $level', x-slurm: {component: a}}
  two: {script: 'echo $level', x-slurm: {component: b}}
sweep:
  parameters: {level: [1, 2]}
  matrix: full
SPEC
run 2 hpcc sweep submit --as=packed --dry-run components.yaml
err_has '[R165]'
err_has 'others go --as=jobs or --as=array'
run 2 hpcc sweep submit --as=array --dry-run components.yaml
err_has "components can't be an element of an array"
run 0 hpcc sweep submit --dry-run components.yaml
sed 's/{time: /{mem: "${level}G", time: /; s/level: \[1\]/level: [1, 2]/' pack.yaml >differ.yaml
run 2 hpcc sweep submit --as=packed differ.yaml
err_has "trials of one job ask Slurm for the same, and trial t001 doesn't: '#SBATCH --mem=2G'"
finish
