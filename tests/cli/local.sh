#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs and patterns in single quotes
# Jobs on this machine: hpcc up --local and the commands that follow a job.
. "$(dirname "$0")/lib.bash"

cat >compose.yaml <<'SPEC'
name: local-test
runtime:
  backend: host
services:
  server:
    script: |
      echo "open for work"
      trap 'echo "closing"; exit 0' TERM
      while :; do sleep 1 & wait $!; done
    readiness: {type: log, pattern: "^open", timeout_seconds: 10}
    x-slurm:
      lifetime: dependents
  worker:
    script: |
      cd "$HPC_COMPOSE_JOB_DIR"
      mkdir once 2>/dev/null && exit 42
      echo "did it"
    depends_on:
      server: {condition: service_healthy}
    x-slurm:
      failure_policy: {mode: restart_on_failure, backoff_seconds: 1}
SPEC
run 0 hpcc up --local
out_has 'worker  starts when server is ready'
out_has 'exited with status 42; restarting (1/3)'
out_has 'completed in'
run 0 hpcc status
out_has "'local-test': COMPLETED"
out_has '  services  2: 1 done, 1 stopped'
out_has '    worker  done, 1/3 restarts, '
out_lacks 'state service'
run 0 hpcc status --lines
out_has "'local-test': COMPLETED"
out_has "state service 'worker': failure_policy=restart_on_failure restarts=1/3 window=1/3@60s last_exit=0 completed=yes"
run 0 hpcc status --format=json
that 'status is JSON' python3 -m json.tool "$work/out" /dev/null
out_has '"COMPLETED"'
run 0 hpcc logs worker
out_has 'worker | did it'
out_lacks 'closing'
run 0 hpcc logs
out_has 'server | closing'
out_has "batch  | hpcc: service 'worker' completed"
run 2 hpcc logs wroker
err_has "did you mean 'worker'?"
run 0 hpcc jobs
out_has COMPLETED

# With --logs lines of the services stand between the events, whole ones, and once.
printf 'runtime: {backend: host}\nservices:\n  one: {script: "echo begin; printf no; sleep 0.5; echo body; printf end; exit 7"}\n  second: {script: "echo here; sleep 60"}\n' >logs.yaml
run 7 hpcc up --local --logs logs.yaml
out_has 'one    | begin
'
out_has 'one    | nobody
'
out_has 'one    | end
'
out_has 'second | here
'
out_has 'exited with status 7: job fails'
that 'each line once' test "$(grep -c nobody <<<"$out")" = 1
run 7 env TERM=xterm script -qec 'hpcc up --local --logs logs.yaml' /dev/null
out_has ' nobody'
# Told later, what happened has its own times.
run 7 hpcc watch
out_has '  0.00s  job     began on 20'
grep -q '^  0\..*exited with status 7' <<<"$out" || fail 'the time of the end'
run 7 hpcc watch --logs
out_lacks '| here'

# A job that fails: its status is ours, the end of its log is shown.
printf 'runtime: {backend: host}\nservices:\n  one:\n    script: |\n      echo "the disk is gone"\n      exit 7\n' >fails.yaml
run 7 hpcc up --local fails.yaml
out_has 'exited with status 7: job fails'
out_has '| the disk is gone'
out_has 'failed with status 7'
out_lacks 'writable'
run 0 hpcc status fails.yaml
out_has 'FAILED with status 7'
# What a read-only root does to a program has a way out.
printf 'runtime: {backend: host}\nservices:\n  one:\n    script: |\n      echo "mkdir: cannot create /run/x: Read-only file system"\n      exit 1\n' >read-only.yaml
run 1 hpcc up --local read-only.yaml
out_has '| mkdir: cannot create /run/x: Read-only file system'
out_has 'x-runtime: {writable: true} lets a service write below its root'
run 0 hpcc status compose.yaml
out_has 'COMPLETED'

# With resume the files are those of an attempt, and the commands find them all the same.
printf 'runtime: {backend: host}\nx-slurm: {resume: {path: %s}}\nservices:\n  one:\n    script: |\n      echo "attempt $HPC_COMPOSE_ATTEMPT, resume $HPC_COMPOSE_IS_RESUME"\n      exit 4\n' "$PWD/saved" >resume.yaml
for resumes in 0 1; do
	run 4 hpcc up --local resume.yaml
	out_has 'one  started'
	out_has 'exited with status 4: job fails'
	out_has "| attempt 0, resume $resumes"
	out_lacks 'before its services could start'
done
run 0 hpcc logs one
out_has 'attempt 0, resume 1'
run 0 hpcc status
out_has 'FAILED with status 4'

# Jobs of the same second, the newest first.
record=$(printf '%s\n' .hpc-compose/jobs/*.json | tail -n 1)
for id in local-20990101-000100 local-20990101-000059-10 local-20990101-000059-9 local-20990101-000059; do
	sed -E "s/(\"job_id\": )[^,]*/\1\"$id\"/; s/(\"job_root\": .*)\/[^\"]*/\1\/$id/; s/(\"submitted_at\": )[0-9]*/\14070908800/" "$record" >".hpc-compose/jobs/$id.json"
done
run 0 hpcc jobs
order=$(awk '/^local-2099/ {printf "%s ", substr($1, 16)}' <<<"$out")
that 'the newest first' test "$order" = '000100 000059-10 000059-9 000059 '
rm .hpc-compose/jobs/local-2099*

# A setup line that fails: no service ever starts.
printf 'runtime: {backend: host}\nx-slurm:\n  setup: ["echo no luck", "exit 9"]\nservices:\n  one: {command: ["true"]}\n' >setup.yaml
run 9 hpcc up --local setup.yaml
out_has 'no luck'

# What only Slurm can do, refused with a place.
printf 'runtime: {backend: host}\nx-slurm: {nodes: 2}\nservices:\n  one: {command: ["true"]}\n' >two.yaml
run 2 hpcc up --local two.yaml
err_has 'two.yaml:2'
err_has R165

# What a log holds reaches a terminal without what would act on it; a file gets the bytes themselves.
printf '\033]0;title\007\033[31mred\033[0m \303\251\n10%%\r20%%\n\n\033[2Jno end' >odd.txt
printf 'runtime: {backend: host}\nservices:\n  one: {command: [cat, "%s"]}\n' "$PWD/odd.txt" >odd.yaml
run 0 hpcc up --local odd.yaml
run 0 bash -c 'hpcc logs one | cut -c 7- | head -c -1 | cmp - odd.txt'
run 0 env TERM=xterm script -qec 'hpcc logs one' /dev/null
out_has $'\\x1b]0;title\\x07\033[31mred\033[0m \303\251'
out_has '20%'
out_lacks '10%'
out_has '\x1b[2Jno end'
out_lacks $'\033]0;'
run 0 env TERM=xterm NO_COLOR=1 script -qec 'hpcc logs one' /dev/null
out_has '\x1b[31mred'

# So do names of any kind, in columns as wide as they look.
cat >names.yaml <<'YAML'
name: "job\e[31m\a"
runtime: {backend: host}
x-slurm:
  time: 5
  artifacts: {export_dir: "out\e[2J", paths: ["/hpc-compose/job/*.txt"]}
services:
  "a\e[2J\u202eb":
    command: [sh, -c, 'echo hi; touch "$$HPC_COMPOSE_JOB_DIR/$$(printf "odd\033[2J.txt")"']
  "\u00e9\u4e2d": {command: ["true"], depends_on: {"a\e[2J\u202eb": {condition: service_completed_successfully}}}
YAML
mkdir -p $'f\x1b[2J'
(
	cd $'f\x1b[2J'
	cp ../names.yaml compose.yaml
	run 0 hpcc -o job.sbatch compose.yaml
	for command in validate inspect 'inspect --tree' simulate 'up --local' jobs status logs 'logs -f' events 'events -f' 'wait --for=verdict' 'watch --plain' \
		stats artifacts 'artifacts export' 'explain job.sbatch:1' 'clean --all --dry-run' 'up --local' 'down --yes' 'clean --yes --all'; do
		# shellcheck disable=SC2086
		run 0 hpcc $command
		that 'a terminal acts upon nothing' python3 - "$work/out" "$work/err" <<-'PYTHON'
			import sys
			for name in sys.argv[1:]:
			    # A log itself goes to a file as it is.
			    text = ''.join(line for line in open(name, encoding='utf-8') if not line.startswith('batch '))
			    assert not [c for c in text if c < ' ' and c != '\n' or c in '\x9b\u202e'], text
		PYTHON
		case $command in
		up*)
			out_has $'  a\\x1b[2J\\u202eb  started\n'
			out_has $'  \u00e9\u4e2d             started\n'
			;;
		logs) out_has $'a\\x1b[2J\\u202eb | hi\nbatch           | ' ;;
		simulate) out_has $'  \u00e9\u4e2d             started\n' ;;
		esac
	done
	[ "$failures" = 0 ]
) || failures=$((failures + 1))

# A line without an end is shown as it comes: memory has a bound.
printf 'runtime: {backend: host}\nservices:\n  one:\n    script: |\n      head -c 60000000 /dev/zero | tr "\\0" x\n' >endless.yaml
run 0 hpcc up --local endless.yaml
run 0 bash -c 'ulimit -v 40000 && hpcc logs one | wc -c'
that "all of it, behind its name" test "$out" = 60000007

# The live view shows a log in its characters and colours.
printf '\033[31mred\033[0m \303\251\344\270\255\n10%%\r20%%\n\033]0;title\007' >odd.txt
run 0 hpcc up --local odd.yaml
run 0 bash -c '(sleep 1; printf q) | TERM=xterm script -qec "stty rows 24 cols 80; hpcc watch" /dev/null'
out_has $'\303\251\344\270\255'
out_has $'\033[31m'
out_has '20%'
out_lacks '10%'
out_lacks $'\033]0;'

# Ctrl-C ends the job gracefully.
rm -rf .hpc-compose/local-*/logs # so that no log of an earlier job looks like this one's
printf 'runtime: {backend: host}\nservices:\n  one:\n    script: |\n      trap "echo said goodbye; exit 0" TERM\n      echo up\n      while :; do sleep 1 & wait $!; done\n' >long.yaml
has_line() { # has_line LINE LOG: in the log of that name of any job
	grep -qsx "$1" .hpc-compose/local-*/logs/"$2.log"
}
(trap - INT && exec hpcc up --local long.yaml) >up.out 2>&1 &
pid=$!
that 'the service starts' within 20 has_line up one
kill -INT $pid
status=0
wait $pid || status=$?
out=$(<up.out)
that 'cancelled by INT' test $status = 130
out_has 'stopping the job gracefully'
out_has 'cancelled'
run 0 hpcc logs one
out_has 'said goodbye'

# JSON alone.
small_spec small.yaml
run 0 hpcc up --local --format=json small.yaml
that 'JSON' python3 -m json.tool "$work/out" /dev/null
out_has '"status": "COMPLETED"'
err_has 'completed in'

# Whoever looks at once finds a detached job alive, though its shell is looked for in many folders first.
folders=$(printf 'none:%.0s' {1..20000})
PATH=$folders$PATH run 0 hpcc up --local --detach long.yaml
run 0 hpcc status
out_lacks LOST
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
that 'it runs' within 20 grep -qs '^up' ".hpc-compose/$id/logs/one.log"
run 0 hpcc down --yes
that 'one line tells it' test "$(cat "$work/out" "$work/err" | wc -l)" = 1
out_has "ended and removed"

# Detached, then cancelled.
run 0 hpcc up --local --detach long.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
that 'it runs' within 20 grep -qs '^up' ".hpc-compose/$id/logs/one.log"
runs() { # the service says so before the supervisor does
	run 0 hpcc status "$id"
	[[ $out == *"': RUNNING"* ]]
}
that 'its state says so' within 20 runs
# What it uses at this moment, which nobody had asked for before.
that 'nobody has asked' grep -q '"measured_at":null' ".hpc-compose/$id/state.json"
run 0 hpcc stats "$id"
out_has 'at this moment: '
run 0 hpcc stats --format=json "$id"
out_has '"memory_bytes":'
out_has '"measured_at": "2'
run 0 hpcc clean --all --dry-run
out_lacks "$id"
run 0 hpcc cancel "$id"
run 143 hpcc logs -f --job "$id" one
out_has 'one | up'
out_has 'one | said goodbye'
run 143 hpcc watch "$id"
out_has CANCELLED
run 0 hpcc cancel "$id"
out_has 'has ended already'
run 0 hpcc down --yes "$id"
that 'its files are gone' test ! -e ".hpc-compose/$id"
run 3 hpcc status "$id"
err_has "no job '$id'"
mkdir "$work/empty"
run 3 env -C "$work/empty" hpcc status 99
err_has "no record of it in $work/empty/.hpc-compose/jobs"

# The idle watch: samples of a whole window that show no work, while memory is held.
printf 'runtime: {backend: host}\nx-slurm:\n  watchdog: {grace_period_seconds: 1, cpu: {window_seconds: 60}}\nservices:\n  one: {command: ["sleep", "100"]}\n' >idle.yaml
run 0 hpcc up --local --detach idle.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
that 'its state is there' within 20 grep -qs '"started_at":"' ".hpc-compose/$id/state.json"
mkdir -p ".hpc-compose/$id/metrics"
for age in 90 30 10; do
	printf '{"at":"%s","utilization_pct":0.5,"memory_total_mib":100,"memory_available_mib":40}\n' \
		"$(date -u -d "$age seconds ago" +%Y-%m-%dT%H:%M:%S.000Z)"
done >".hpc-compose/$id/metrics/cpu.jsonl"
idle() {
	run 0 hpcc status "$id"
	[[ $err == *'looks idle: cpu utilization was 0.5 %'* ]]
}
that 'an idle job is noticed' within 20 idle
run 0 hpcc down --yes "$id"

# The live view in a terminal: q ends it, with the status of a job that has ended.
run 0 bash -c '(sleep 1; printf q) | TERM=xterm script -qec "stty rows 24 cols 80; hpcc watch" /dev/null'
out_has "SERVICE"
out_has "one  0-0 of 0"

id=$(hpcc jobs | awk 'NR == 1 {print $1}')
run 0 hpcc stats "$id"
out_has 's  memory '
run 0 hpcc stats --format=json "$id"
out_has '"max_memory_bytes"'

# One of a thing is said so.
echo '{"schema_version": 1, "attempt": 2, "services": [{"name": "one", "state": "running", "seconds": 9, "restart_count": 1,
"live": {"processes": 1, "memory_bytes": 1048576}}]}' >".hpc-compose/$id/state.json"
run 0 hpcc stats "$id"
out_has "job $id, attempt 2: "
that 'restarts' grep -q ' 1 restart$' "$work/out"
out_has ' 1 process '

# State that can't be understood is no crash.
echo '{"schema_version": 99, "services": 3' >".hpc-compose/$id/state.json"
run 0 hpcc status "$id"
out_has "isn't a state file"
echo '{"schema_version": 99, "services": [3, null, {"name": 7}], "new": {}}' >".hpc-compose/$id/state.json"
run 0 hpcc status "$id"
echo garbage >.hpc-compose/jobs/9999.json
run 0 hpcc jobs
err_has "can't be understood"
# Of a job that is named no other's record is read.
run 0 hpcc status "$id"
that 'nothing is said of it' test "${err/be understood/}" = "$err"
run 3 hpcc status 9998
err_has "no job '9998' is known"
rm .hpc-compose/jobs/9999.json
run 0 hpcc clean --yes --all
run 0 hpcc jobs
out_has 'no job was started'

finish
