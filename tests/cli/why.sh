#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # commands of services in single quotes
# hpcc why names the true cause in its first line, for each way to fail that needs no Slurm; every place
# that it gives has what it says.
. "$(dirname "$0")/lib.bash"

first_has() {
	checks=$((checks + 1))
	[[ ${out%%$'\n'*} == *"$1"* ]] || fail "the first line has '$1'"
}
# The places of the JSON form: each line of events.jsonl or a log that is named holds the text.
places_hold() {
	python3 - "$work/out" <<'PYTHON'
import json, sys
for job in json.load(open(sys.argv[1])):
    cited = 0
    for line in job["lines"]:
        if line["first_line"] == 0 or line["is"] in ("stopped", "not begun"):
            continue
        with open(job["root"] + "/" + line["file"]) as f:
            found = f.read().split("\n")[line["first_line"] - 1:line["last_line"]]
        if line["file"].startswith("events"):
            event = json.loads(found[0])
            assert event["text"] in line["text"], (event, line)
        else:
            assert "\n".join(found) == line["text"], (found, line)
        cited += 1
    assert cited > 0 or job["state"] in ("COMPLETED", "CANCELLED"), job
PYTHON
}
# fails_by STATUS CAUSE: of a spec whose services are on standard input.
fails_by() {
	{ printf 'name: fails\nruntime: {backend: host}\nservices:\n' && cat; } >compose.yaml
	run "$1" hpcc up --local
	run 0 hpcc why
	first_has "$2"
	run 0 hpcc why --format=json
	that "places of '$2'" places_hold
	run 0 hpcc why
}

fails_by 3 "'worker' exited with status 3: job fails" <<'SPEC'
  worker: {command: [sh, -c, 'for i in 1 2 3 4 5 6 7 8 9; do echo line $$i; done; exit 3']}
  other: {command: [sleep, "100"]}
SPEC
out_has 'line 9  [logs/worker.log:2-9]'
out_lacks 'line 1'
out_has "stopped   'other'"
out_has "hpcc logs worker"

# A job that is named is named in what to type next; so is an odd service, as a shell has it.
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
run 0 hpcc why "$id"
out_has "hpcc logs $id worker"
fails_by 4 "'odd one' exited with status 4" <<'SPEC'
  odd one: {command: [sh, -c, 'exit 4']}
SPEC
out_has "hpcc logs 'odd one'"

# Events that go on in another file just then are read once; half a line isn't read, nor is a pipe.
events=.hpc-compose/$(hpcc jobs | awk 'NR == 1 {print $1}')/events.jsonl
cp "$events" whole.jsonl
mkdir "${events%.jsonl}"
ln "$events" "${events%.jsonl}/1.jsonl"
run 0 hpcc why
first_has "'odd one' exited with status 4: job fails  [events/1.jsonl:"
rm -r "${events%.jsonl}"
printf '{"service":"odd one","event":"job-fails","text":"cut' >>"$events"
run 0 hpcc why
first_has "'odd one' exited with status 4: job fails  [events.jsonl:"
rm "$events"
mkfifo "$events"
run 0 hpcc why
first_has "FAILED: what happened can't be read: "
# Gone, cut off, or not to be understood, they don't make it a job whose services never began or never failed.
rm "$events"
for events_are in gone 'cut off' 'in another encoding' large; do
	case $events_are in
	cut*) head -n 3 whole.jsonl >"$events" ;;
	in*) iconv -f utf-8 -t utf-16 whole.jsonl >"$events" ;;
	large) truncate -s 65M "$events" ;;
	esac
	run 0 hpcc why
	first_has 'FAILED: no event tells what failed first'
	out_has "service   'odd one' is exited app-exit 4  [state.json]"
done

fails_by 137 "'worker' was ended by signal KILL" <<'SPEC'
  worker: {command: [sh, -c, 'kill -KILL $$$$']}
SPEC
out_has 'it has printed nothing'

fails_by 127 "'worker' exited with status 127" <<'SPEC'
  worker: {command: [/nowhere/program]}
SPEC
out_has "its command didn't begin"

fails_by 1 "'server' was not ready within 1s: job fails (last look: " <<'SPEC'
  server:
    command: [sleep, "100"]
    readiness: {type: log, pattern: never, timeout_seconds: 1}
    x-slurm: {lifetime: dependents}
  client:
    command: ["true"]
    depends_on: {server: {condition: service_healthy}}
SPEC
out_has "not begun 'client'"
out_has 'next      is the probe right?'

fails_by 1 "'server' is unhealthy: 1 looks in a row have failed (last look: " <<'SPEC'
  server:
    command: [sleep, "100"]
    liveness: {type: exec, command: "exit 4", interval_seconds: 1, failures: 1}
SPEC
out_has "then      'server' was stopped as unhealthy: job fails"
out_has 'liveness.failures'

fails_by 1 "'after' waits for 'step', which ended before it was ready: job fails" <<'SPEC'
  step:
    command: ["true"]
    readiness: {type: log, pattern: never}
  after:
    command: ["true"]
    depends_on: {step: {condition: service_healthy}}
SPEC
out_has "not begun 'after'"
out_has 'next      wait for one that ends by itself with condition: service_completed_successfully'

fails_by 3 "'worker' exited with status 3; lifetime cap reached (2/2 restarts): job fails" <<'SPEC'
  worker:
    command: [sh, -c, 'exit 3']
    x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 2, backoff_seconds: 1}}
SPEC
out_has 'it was started again 2 times; first: exited with status 3'

fails_by 3 "window cap reached (1 failures in 60s): job fails" <<'SPEC'
  worker:
    command: [sh, -c, 'exit 3']
    x-slurm:
      failure_policy: {mode: restart_on_failure, max_restarts: 5, max_restarts_in_window: 1, backoff_seconds: 1}
SPEC

fails_by 6 "'worker' prologue failed with status 6" <<'SPEC'
  worker:
    command: ["true"]
    x-slurm: {prologue: exit 6}
SPEC

# Set-up fails: no service has begun.
cat >compose.yaml <<'SPEC'
name: fails
runtime: {backend: host}
x-slurm: {setup: ['echo no such licence >&2', 'exit 7']}
services: {one: {command: ["true"]}}
SPEC
run 7 hpcc up --local
run 0 hpcc why
first_has "x-slurm.setup[1] ended the job with status 7, before services could start  [batch.log:2]"
out_has 'no such licence'
out_has 'hpcc logs batch'

# Under Slurm the batch log is elsewhere: its path in the JSON form says where.
tests=$(cd "$(dirname "$0")/.." && pwd)
PATH=$tests/fake:$PATH FAKE_SLURM_DIR=$work/slurm run 7 hpcc up --no-preflight
PATH=$tests/fake:$PATH FAKE_SLURM_DIR=$work/slurm run 0 hpcc why 1
first_has 'ended the job with status 7, before services could start  [.hpc-compose/logs/'
PATH=$tests/fake:$PATH FAKE_SLURM_DIR=$work/slurm run 0 hpcc why 1 --format=json
that 'an absolute path' python3 -c '
import json, sys
line = json.load(open(sys.argv[1]))[0]["lines"][0]
found = open(line["file"]).read().split("\n")[line["first_line"] - 1]
assert line["file"][0] == "/" and "ended the job with status 7" in found, (line, found)
' "$work/out"

# So does what the script does before them: its last line is told.
cat >compose.yaml <<SPEC
name: fails
runtime: {backend: host}
x-slurm: {stage_in: [{from: $PWD/nowhere, to: $PWD/there}]}
services: {one: {command: ["true"]}}
SPEC
hpcc up --local >up.out 2>&1 && fail 'it has copied nothing'
run 0 hpcc why
first_has 'it ended before its services could start: '
first_has "$(sed -n 's/^         | //p' up.out | tail -n 1)"

# Nothing is wrong.
small_spec compose.yaml
run 0 hpcc up --local
run 0 hpcc why
first_has 'COMPLETED: it completed'

# A failure that the job has borne.
fails_by 0 'it completed' <<'SPEC'
  step:
    command: [sh, -c, 'exit 5']
    x-slurm: {failure_policy: {mode: ignore}}
SPEC
out_has "borne     'step' exited with status 5; ignored"

# One that goes on, and is then cancelled.
cat >compose.yaml <<'SPEC'
name: goes-on
runtime: {backend: host}
services:
  server:
    command: [sleep, "100"]
    readiness: {type: log, pattern: never, timeout_seconds: 100}
    x-slurm: {lifetime: dependents}
  client:
    command: ["true"]
    depends_on: {server: {condition: service_healthy}}
SPEC
run 0 hpcc up --local --detach
why_has() {
	hpcc why >"$work/out" && grep -q "$1" "$work/out"
}
that 'what is waited for' within 20 why_has "'client' is waiting for server (healthy)"
run 0 hpcc cancel
that 'the end' within 20 why_has CANCELLED
run 0 hpcc why
first_has 'CANCELLED: it was cancelled'

# Another folder's job, and none at all.
mkdir -p elsewhere
cd elsewhere
rm -rf ../.hpc-compose
run 3 hpcc why
finish
