#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # for the shell inside
# hpcc exec and hpcc shell: a command beside a service that runs, of a local job and of one under the fake Slurm.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

# shellcheck disable=SC2154 # work
trap 'hpcc cancel >/dev/null 2>&1 || :; tidy' EXIT
begun() { compgen -G "$1/service-exits/$2.start" >/dev/null; }
ended() { compgen -G "$1/service-exits/$2.exit" >/dev/null; }

mkdir -p "there is"
cat >compose.yaml <<SPEC
name: enter
runtime: {backend: host}
services:
  api:
    command: [sleep, "1000"]
    working_dir: $PWD/there is
    environment: {WORD: "two  words", PS1: "next: "}
  brief:
    command: ["false"]
    x-slurm: {failure_policy: {mode: ignore}}
  late: {command: ["true"], depends_on: {api: {condition: service_completed_successfully}}}
  web: {command: [sleep, "1000"], scale: 2}
  api.2: {command: [sleep, "1000"]} # its marks begin as those of a second launch of api
SPEC
run 0 hpcc up --local --detach
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
job=.hpc-compose/$id
that 'it has begun' within 20 begun "$job" 'api.1.0'
that 'copies, too' within 20 begun "$job" 'web-2.1.0'
that 'the brief one has ended' within 20 ended "$job" 'brief.1.0'
that 'a name with a dot' within 20 begun "$job" 'api.2.1.0'

run 7 hpcc exec api sh -c 'echo "$WORD in $PWD of $HPC_COMPOSE_SERVICE_NAME"; env | grep -c ^HPCC_; echo aside >&2; exit 7'
out_has "two  words in $PWD/there is of api"
out_has $'\n0'
err_has 'aside'
run 0 hpcc exec api.2 printenv HPC_COMPOSE_SERVICE_NAME
out_has 'api.2'
# Byte for byte, options of its own included; -- behind the service is nobody's.
run 0 hpcc exec api printf '%s|' 'a  b' '' '*' $'x\ny' -la -- '$HOME' $'\xff\x01'
that 'words arrive' cmp "$work/out" <(printf '%s|' 'a  b' '' '*' $'x\ny' -la -- '$HOME' $'\xff\x01')
run 0 hpcc exec "$id" web-2 -- printenv HPC_COMPOSE_COPY_INDEX
out_has 1
head -c 3000000 /dev/urandom >bytes
hpcc exec -i api cat <bytes >back
that 'bytes come back' cmp bytes back
run 0 bash -c 'echo "echo \"shell of \$WORD\"" | hpcc shell api'
out_has 'shell of two  words'
# Who reads it no more ends it, as in any pipeline.
run 141 timeout 20 bash -c 'set -o pipefail; hpcc exec api yes | head -n 1'
that 'a line' test "$out" = y
run 127 hpcc exec api ./no-such-program
err_has 'cannot start ./no-such-program'
run 137 hpcc exec api sh -c 'kill -9 $$'
run 0 hpcc exec -t api true
err_has 'no terminal here'

# What there isn't.
run 3 hpcc exec brief true
err_has "'brief' doesn't run: it is exited: app-exit 1"
run 3 hpcc exec late true
err_has "'late' doesn't run: it is waiting: for api (completed)"
run 2 hpcc exec web true
err_has 'they are web-1, web-2'
run 2 hpcc exec ap1 true
err_has "did you mean 'api'?"
run 3 hpcc exec --task 4 api true
err_has 'has no task 4: the last one is 0'
run 2 hpcc exec api
err_has 'no command'
run 2 hpcc shell
err_has 'no service is named'

# A terminal: its keys, its size, its status.
run 5 python3 "$tests/slurm/cases/keys.py" hpcc exec api bash --norc < \
	<(printf '%s\n' 'see next:' 'send stty size' 'see 33 77' \
	"send sh -c 'echo be''gun; exec sleep 600'" 'see begun' 'key ^C' 'see next:' 'size 40 100' \
	"send until [ \"\$(stty size)\" = '40 100' ]; do sleep 0.1; done; echo si''zed" 'see sized' 'send exit 5')
run 0 python3 "$tests/slurm/cases/keys.py" hpcc exec -T api sh -c 'test -t 1 || echo none' <<<'see none'

# A signal to hpcc is the command's; the command ends with the service.
hpcc exec api sh -c 'trap "echo told; exit 9" TERM; echo up; while :; do sleep 0.1; done' >told &
that 'the command runs' within 20 grep -q up told
kill -TERM $!
status=0
wait $! || status=$?
that 'the status of a command that was told' [ "$status $(tail -n 1 told)" = '9 told' ]
hpcc exec api sh -c 'echo up; sleep 600' >up 2>"$work/err" &
that 'the command runs' within 20 grep -q up up
run 0 hpcc cancel
status=0
wait $! || status=$?
that 'it ended by HUP' [ "$status" = 129 ]
that 'and says why' within 20 grep -q "'api' has ended, and the command with it" "$work/err"
says_ended() { [[ $(hpcc exec "$id" api true 2>&1 || :) == *"job $id has ended"* ]]; }
that 'the job ends' within 20 says_ended
run 3 hpcc exec "$id" api true
err_has "job $id has ended"

# Under Slurm a step of the job, with nothing from an allocation that we may be in.
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH
cat >two.yaml <<'SPEC'
name: two
runtime: {backend: host}
x-slurm: {nodes: 2, time: "5"}
services:
  pair:
    command: [sleep, "1000"]
    x-slurm: {nodes: 2, ntasks_per_node: 1}
SPEC
run 0 hpcc submit --no-preflight two.yaml
second=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' "$work/out")
that 'both tasks have begun' within 20 begun ".hpc-compose/$second" 'pair.1.[01]'
that 'the second as well' within 20 begun ".hpc-compose/$second" 'pair.1.1'
# (By its id: the local job may have been begun in the same second.)
run 6 env SLURM_JOB_ID=99 SLURM_NTASKS=4 SRUN_CPUS_PER_TASK=2 hpcc exec --task=1 "$second" pair sh -c 'echo "task $SLURM_PROCID of $SLURM_JOB_ID"; exit 6'
out_has "task 1 of $second"
that 'one step' grep -q -- "srun --jobid=$second --overlap --mem=0 .*--nodelist=n2 .*enter --job $second .*--task 1 -- sh -c" "$FAKE_SLURM_DIR/calls"
run 0 hpcc exec "$second" pair cat <bytes
that 'input reaches the step' cmp bytes "$work/out"
run 0 hpcc down --yes "$second"
finish
