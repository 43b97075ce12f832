# SPDX-License-Identifier: Apache-2.0
# A command in the place of a service's: as a job of its own, and inside of one that runs, on the host and in a container.
# shellcheck disable=SC2016 # for the shell inside
cp -R "$(dirname "${IMAGE:?}")/charliecloud" box
mkdir -p there
cat >compose.yaml <<YAML
name: runs
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  host:
    command: exec sleep 600
    working_dir: $PWD/there
    environment: {WORD: "two  words"}
    x-slurm: {nodes: 2, ntasks_per_node: 1}
  box:
    image: $PWD/box
    command: [sleep, "600"]
    environment: {WORD: boxed}
    x-runtime: {backend: charliecloud}
    x-slurm: {placement: {node_range: "0", allow_overlap: true}}
YAML
started() { timeout 120 "$HPCC" run --no-preflight "$@" 2>err </dev/null; }
status=0
said=$(started host sh -c 'echo "$WORD in $PWD on $SLURM_JOB_NUM_NODES"; exit 5') || status=$?
assert_equal 'a job of its own' "$said, status $status" "two  words in $PWD/there on 1, status 5"
assert_log err '^submitted job [0-9]+$'

JOB=$(slurm "$HPCC" submit --no-preflight --format=json compose.yaml | sed -n 's/^ *"job_id": "\(.*\)",/\1/p')
begun() { ls ".hpc-compose/$JOB/service-exits/box.1.0.start"; }
wait_until 120 begun >/dev/null 2>&1
status=0
said=$(started box sh -c 'echo "$(ls /entry) $WORD inside of $SLURM_JOB_ID"; exit 6') || status=$?
assert_equal 'inside of the job' "$said, status $status" "/entry boxed inside of $JOB, status 6"
assert_equal 'byte for byte' "$(started host printf '%s|' 'a  b' '' '$HOME')" 'a  b||$HOME|'
timeout 120 "$HPCC" run host sh -c 'trap "echo told; exit 3" TERM; echo up; while :; do sleep 0.1; done' \
	>told 2>err </dev/null &
wait_log told '^up'
kill -TERM $!
status=0
wait $! || status=$?
[ "$status" != 0 ] || fail 'a command that was told to end is no success'
assert_log told '^told$'
slurm "$HPCC" cancel "$JOB"
wait_job
assert_nothing_left
