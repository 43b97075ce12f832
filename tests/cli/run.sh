#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # for the shell inside
# hpcc run: a command in the place of a service's: here, as a job of its own, and inside of one that runs.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
# shellcheck disable=SC2154 # work
trap 'hpcc cancel >/dev/null 2>&1 || :; tidy' EXIT

mkdir -p "there is"
cat >compose.yaml <<SPEC
name: spec
runtime: {backend: host}
x-slurm:
  nodes: 2
  time: "5"
  artifacts: {paths: [/hpc-compose/job/nothing], export_dir: out}
services:
  base: {command: [sleep, "1000"], readiness: {type: sleep, seconds: 600}}
  shape: {command: [sleep, "1000"], environment: {FROM: shape}}
  train:
    extends: {service: shape}
    working_dir: $PWD/there is
    environment: {WORD: "two  words", N: "\${N:-unset}"}
    depends_on: {base: {condition: service_healthy}}
    readiness: {type: log, pattern: never}
    scale: 3
    x-slurm: {nodes: 2, ntasks_per_node: 1, failure_policy: {mode: restart_on_failure}}
SPEC

# Here: its own status, its own words, nothing in between.
run 7 hpcc run --local train sh -c 'echo "$WORD in $PWD from $FROM $N, $HPC_COMPOSE_SERVICE_NAME"; echo aside >&2; exit 7'
out_has "two  words in $PWD/there is from shape unset, train"
out_has aside
run 0 hpcc run --local --env N=set train printf '%s|' 'a  b' '' '*' $'x\ny' -la -- '$HOME' '${N}' '$$'
that 'words arrive' cmp "$work/out" <(printf '%s|' 'a  b' '' '*' $'x\ny' -la -- '$HOME' '${N}' '$$')
run 0 hpcc jobs
out_has 'spec-run-train'
run 127 hpcc run --local train ./no-such-program
run 2 hpcc run --local trian true
err_has "did you mean 'train'?"
run 2 hpcc run --local train
err_has 'no command'
hpcc run --local train sh -c 'trap "echo told; exit 0" TERM; echo up; while :; do sleep 0.1; done' >told 2>&1 &
that 'it runs' within 20 grep -q up told
kill -TERM $!
status=0
wait $! || status=$?
that 'a signal ends it, and is no success' [ "$status $(tail -n 1 told)" = '143 told' ]

# A job of its own, on one node.
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH
run 4 hpcc run --no-preflight train sh -c 'echo "$WORD on $SLURM_JOB_NUM_NODES in $SLURM_JOB_ID"; exit 4'
out_has 'two  words on 1 in 1'
err_has 'submitted job 1'

# Inside of the one that runs; which is what other commands go on to mean.
run 0 hpcc submit --no-preflight
id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' "$work/out")
begun() { compgen -G ".hpc-compose/$id/service-exits/base.*.start" >/dev/null; }
that 'it runs' within 20 begun
run 6 hpcc run train sh -c 'echo "$WORD inside of $SLURM_JOB_ID"; exit 6'
out_has "two  words inside of $id"
that 'one step' grep -q -- "srun --jobid=$id --overlap --mem=0 .*bash .*/job.sbatch" "$FAKE_SLURM_DIR/calls"
run 0 hpcc run "$id" base echo by number
out_has 'by number'
run 0 hpcc status
out_has "job $id"
run 0 hpcc clean --all --yes
run 0 hpcc jobs
out_has "$id "
run 0 hpcc down --yes "$id"

# In an element of an array it knows which one.
cat >array.yaml <<'SPEC'
name: many
runtime: {backend: host}
x-slurm: {time: 5, array: "3-4"}
services: {base: {command: [sleep, "600"]}}
SPEC
run 0 hpcc submit --no-preflight array.yaml
id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' "$work/out")
element_begun() { compgen -G ".hpc-compose/${id}_3/service-exits/base.*.start" >/dev/null; }
that 'element 3 runs' within 20 element_begun
run 0 hpcc run "${id}_3" base sh -c 'echo "element $SLURM_ARRAY_TASK_ID of $SLURM_ARRAY_JOB_ID"'
out_has "element 3 of $id"
run 0 hpcc down --yes "$id"

# Without Slurm there is another way.
mkdir tools
for tool in bash sh env cat mkdir sleep date id hostname; do
	ln -s "$(command -v $tool)" tools/
done
before=$PATH
for tool in timeout tr; do ln -s "$(command -v $tool)" tools/; done
PATH=$BUILD:$PWD/tools
run 3 hpcc run -f array.yaml base true
PATH=$before
err_has "'hpcc run --local SERVICE COMMAND…' runs it on this machine"
finish
