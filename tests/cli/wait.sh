#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # commands of services in single quotes
# hpcc wait returns when it is so, with the status of what was waited for, and never waits for what can't come any
# more; hpcc events tells what has happened, of all attempts, and ends with the job.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

newest() { hpcc jobs | awk 'NR == 1 {print $1}'; }
go() { until [ -e "$1" ]; do sleep 0.02; done; } # in services
export -f go

cat >compose.yaml <<SPEC
name: waits
runtime: {backend: host}
services:
  server:
    command: [bash, -c, 'go ready; echo READY; go done']
    readiness: {type: log, pattern: READY, timeout_seconds: 100}
  loose:
    command: [bash, -c, 'go down; exit 7']
    readiness: {type: log, pattern: READY, timeout_seconds: 100}
    x-slurm: {failure_policy: {mode: ignore}}
  client:
    command: [bash, -c, 'go done']
    depends_on: {server: {condition: service_healthy}}
  plain:
    command: [bash, -c, 'go done; kill -KILL \$\$\$\$']
    x-slurm: {failure_policy: {mode: ignore}}
SPEC
run 0 hpcc up --local --detach
id=$(newest)

# Without a probe a service is ready when it runs; one with a probe when that passes.
run 0 hpcc wait plain
quiet
run 124 hpcc wait server --timeout=1s
err_has "'server' isn't yet ready: it is "
run 124 hpcc wait --for=end --timeout=1
err_has "job $id isn't over after 1"
hpcc wait server client --for=ready --timeout=60s >"$work/ready" 2>&1 &
ready=$!
# Ctrl-C ends waiting alone.
set -m
hpcc wait --for=end 2>"$work/interrupted" &
waiter=$!
set +m
catches() { grep -qsE '^SigCgt:.*[2367abef]$' "/proc/$waiter/status"; } # INT is the second bit
that 'it waits' within 20 catches
kill -INT "$waiter"
status=0
wait "$waiter" || status=$?
that 'it ends with the signal' test "$status" = 130
that 'the job goes on' grep -q '"status":"RUNNING"' ".hpc-compose/$id/state.json"
touch ready
status=0
wait "$ready" || status=$?
that 'ready' test "$status" = 0
that 'in silence' test ! -s "$work/ready"

# Events as they come, and the end of the job.
hpcc events -f >"$work/events" 2>"$work/last" &
events=$!
hpcc events -f --format=json loose >"$work/events.jsonl" 2>/dev/null &
json=$!
has_event() { grep -q "$1" "$work/events"; }
that 'past events' within 20 has_event 'server  ready        is ready'
touch down
run 7 hpcc wait loose --for=end --timeout=60s
run 7 hpcc wait loose --for=verdict
out_has 'loose: app-exit 7'
run 1 hpcc wait plain loose --for=ready --timeout=60s
err_has "'loose' won't be ready: it is exited: app-exit 7"
touch 'done'
run 137 hpcc wait "$id" server loose plain client --for=verdict --timeout=60s
out_has $'server: completed\nclient: completed\nloose: app-exit 7\nplain: app-signal KILL'
run 0 hpcc wait --for=end --timeout=60s
run 0 hpcc wait --for=verdict
out_has "$id: COMPLETED"
status=0
wait "$events" || status=$?
that 'it ends with the job' test "$status" = 0
that 'says so' grep -q "^job $id: COMPLETED\$" "$work/last"
that 'what comes' has_event 'loose   ignored      exited with status 7; ignored  \[app-exit 7\]$'
that 'the last one' grep -q ' job     end          COMPLETED with status 0$' <(tail -n 1 "$work/events")
wait "$json" || :
that 'each line is an object' python3 - "$work/events.jsonl" "$id" <<'PYTHON'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
assert {e["service"] for e in events} == {"loose"}, events
assert {e["job"] for e in events} == {sys.argv[2]} and {e["attempt"] for e in events} == {0}
assert [e["event"] for e in events][-1] == "ignored", events
PYTHON
run 0 hpcc events
that 'those that follow see what others see later' cmp "$work/out" "$work/events"
run 0 hpcc events job
that 'of the job alone' test "$(wc -l <"$work/out")" = 2
run 0 hpcc events --format=json
that 'a list' python3 -c 'import json, sys; assert len(json.load(open(sys.argv[1]))) > 8' "$work/out"
run 2 hpcc events severs
err_has "did you mean 'server'?"

# What can't be any more isn't waited for: it never begins, or the job is killed.
cat >compose.yaml <<SPEC
name: waits
runtime: {backend: host}
services:
  first: {command: [bash, -c, 'go fail; exit 9']}
  second:
    command: ["true"]
    depends_on: {first: {condition: service_completed_successfully}}
SPEC
rm -f fail
run 0 hpcc up --local --detach
hpcc wait second --for=end 2>"$work/second" &
second=$!
touch fail
status=0
wait "$second" || status=$?
that 'it ends' test "$status" = 1
that 'says why' grep -q "'second' won't be over: it is skipped" "$work/second"
run 9 hpcc wait --for=end
run 9 hpcc wait first --for=end
rm fail
run 0 hpcc up --local --detach
id=$(newest)
run 0 hpcc wait first
hpcc wait second 2>"$work/second" &
second=$!
kill -KILL "$(json=$(<".hpc-compose/jobs/$id.json") python3 -c 'import json, os; print(json.loads(os.environ["json"])["pid"])')"
status=0
wait "$second" || status=$?
that 'a job that was killed' test "$status" = 1
touch fail

# An attempt's events that are cut off, and those of attempts before it.
job=.hpc-compose/$id
mkdir -p "$job/attempts/0" "$job/attempts/1"
event() { printf '{"t_wall":"2026-01-31T12:00:0%d.000Z","t_mono":%d,"service":%s,"event":"%s","state":"x","status":0%s}\n' "$1" "$1" "$2" "$3" "$4"; }
{
	event 1 null begin ''
	event 2 '"first"' ready ',"text":"is ready 0"'
	printf '{"t_wall":"2026-01-31T12:00:02.100Z","service":"first","event":"exit","te'
} >"$job/attempts/0/events.jsonl"
{ event 3 null begin '' && event 4 '"first"' ready ',"text":"is ready \u001b[2J"'; } >"$job/attempts/1/events.jsonl"
ln -sf attempts/1/events.jsonl "$job/events.jsonl"
sed -i 's/"attempt":0/"attempt":1/' "$job/state.json"
run 0 hpcc events
that 'both attempts' cmp "$work/out" - <<'TEXT'
2026-01-31T12:00:01.000Z  job     begin
2026-01-31T12:00:02.000Z  first   ready        is ready 0
2026-01-31T12:00:03.000Z  job     begin        attempt 1
2026-01-31T12:00:04.000Z  first   ready        is ready \x1b[2J
TEXT
rm "$job/events.jsonl"
run 3 hpcc events
err_has 'has no events to read'
run 2 hpcc wait --timeout=soon
err_has "--timeout wants a duration such as 30s, 10m or 2h, not 'soon'"
run 2 hpcc wait --for=readi
err_has "did you mean '--for=ready'?"

# Slurm: a job that was cancelled while it waited is waited for no longer.
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH
printf 'runtime: {backend: host}\nservices:\n  one: {command: [bash, -c, "go never"]}\n' >slurm.yaml
run 0 hpcc submit slurm.yaml
id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' <<<"$out")
run 0 hpcc wait --job "$id" one --timeout=60s
hpcc wait "$id" --for=verdict >"$work/verdict" 2>&1 &
verdict=$!
run 0 hpcc cancel "$id"
status=0
wait "$verdict" || status=$?
that 'cancelled' test "$status" = 143
that 'the word for it' grep -qx "$id: CANCELLED" "$work/verdict"
finish
