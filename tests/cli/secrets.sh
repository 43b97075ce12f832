#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # specs in single quotes
# A job with secrets in every value that reaches it: no process has one in its arguments, no file that others
# may read holds one, and nothing that hpcc says, on the way or afterwards, shows one.
tests=$(cd "$(dirname "$0")/.." && pwd)
. "$(dirname "$0")/lib.bash"
export FAKE_SLURM_DIR=$work/slurm

printf 'c4n4ry'\''s "one" 100%%j\n  c4n4ry t\303\251 two\\n$x`y`\n' >tok
printf 'c4n4ry'\''s "line" t\303\251 $x' >line
printf 'c4n4ry-word' >word
cat >compose.yaml <<'SPEC'
name: hidden
runtime: {backend: host}
secrets: {tok: {file: tok}, line: {file: line}, word: {file: word}}
x-env: {env: {ROOT_VALUE: "${line}"}}
x-slurm:
  time: 5
  cache_dir: ./cache
  setup: ["export SET_UP='c4n4ry-word'"]
  artifacts: {paths: [/hpc-compose/job/logs], export_dir: "out-${word}"}
services:
  a:
    command: [sh, -c, "until [ -e go ]; do sleep 0.1; done; [ -n \"$$A\" ] && [ -n \"$$ROOT_VALUE\" ]"]
    environment: {A: "${tok}", B: "x${word}", PATH: "/bin:/usr/bin:/${word}"}
    readiness: {type: http, url: "http://127.0.0.1:9/${word}"}
    x-env: {env: {C: "${line}"}}
    x-slurm:
      prologue: {script: "printf c4n4ry-word >/dev/null"}
      epilogue: {script: "printf c4n4ry-word >/dev/null"}
      hooks: [{on: restart, script: "printf c4n4ry-word >/dev/null"}]
      failure_policy: {mode: restart_on_failure, max_restarts: 1, backoff_seconds: 1}
      rendezvous: {register: {name: n, port: 7, metadata: {k: "${tok}", l: "${word}"}}}
  b:
    command: ["true"]
    environment: ["A=${tok}", "DB_PASSWORD=c4n4ry-of-its-own"]
SPEC

# Every argument of every process, again and again, until the file `over` is there.
cat >watcher.py <<'WATCHER'
import glob
import os

looks = 0
while not os.path.exists("over"):
    looks += 1
    open("looking", "w").close()
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                words = file.read()
        except OSError:
            continue
        if b"c4n4ry" in words:
            print(words)
print(looks, "looks")
WATCHER

# open_files: those that hold a secret and can be read by others. Here are the user's own alone.
open_files() {
	find . -mindepth 2 -type f -perm /077 -exec grep -la c4n4ry {} + || :
}

for mask in 000 077; do
	umask $mask
	rm -rf .hpc-compose cache go over seen looking
	python3 watcher.py >seen &
	watcher=$!
	that 'somebody looks' within 30 test -e looking
	hpcc up --local >text 2>&1 &
	up=$!
	that 'the services run' within 30 grep -q 'b  *completed' text
	touch go
	status=0
	wait $up || status=$?
	touch over
	wait $watcher
	that 'the service had its values' test $status = 0
	that 'somebody looked all the time' grep -q 'looks' seen
	that "no argument has a secret ($mask)" test "$(grep -c c4n4ry seen)" = 0
	that 'the files have them' grep -rqa c4n4ry .hpc-compose
	that "no open file has one ($mask): $(open_files)" test -z "$(open_files)"
	for words in status 'status --format=json' logs 'logs batch' stats 'stats --format=json' jobs 'jobs --format=json' \
		'artifacts list' 'watch --plain' simulate preflight 'preflight --format=json' 'cache list' config 'config --format=json'; do
		# shellcheck disable=SC2086 # words
		hpcc $words >>text 2>&1 || :
	done
	that "nothing that is said has one: $(grep -a c4n4ry text)" test "$(grep -ca c4n4ry text)" = 0
	run 0 hpcc simulate
	out_has 'a    is ready'
	that 'something is said' test "$(wc -l <text)" -gt 40
	that 'nor has what the job tells' test -z "$(find .hpc-compose/local-* -name '*.json*' -exec grep -la c4n4ry {} +)"
done

# A part of a secret, where hpcc takes the value apart; a short one in a form that is a script's part; a
# script on a terminal.
mkdir parts
(
	cd parts || exit
	export PART='c4n4ry:one/c4n4ry=two c4n4ry' URL='http://c4n4ry:one@c4n4ry:99/c4n4ry' SHORT='c4n'
	for service in '{image: "${PART}"}' '{image: "${URL}"}' '{command: x, environment: ["${PART}"]}' \
		'{command: x, healthcheck: {test: "${PART}"}}' '{command: x, healthcheck: {test: ["CMD", "${PART}"]}}' \
		'{command: x, healthcheck: {test: "curl ${PART}"}}' '{command: x, env_file: "${PART}"}' \
		'{command: x, x-slurm: {time_limit: "${PART}"}}' '{command: x, volumes: ["${PART}", "/a:${PART}:/b"]}' \
		'{command: x, assert: {artifacts_contain: "${SHORT}"}}' '{command: x, readiness: {type: http, url: "${URL}"}}'; do
		printf 'secrets: {one: {env: PART}, two: {env: URL}, short: {env: SHORT}}\nservices: {a: %s}\n' "$service" >compose.yaml
		for form in 'validate' --emit=plan --emit=json --emit=table --emit=map --emit=ir 'validate --diagnostics=json'; do
			# shellcheck disable=SC2086 # words
			hpcc $form 2>&1 || :
		done
	done
) >said
that "no part of one is said: $(grep -a c4n said)" test "$(grep -ca c4n said)" = 0
that 'something is said' test "$(wc -l <said)" -gt 100
run 0 script -qec 'TERM=xterm hpcc' /dev/null
out_has '<redacted>'
out_has "'-o job.sbatch' writes them"
out_lacks c4n4ry
run 0 hpcc
out_has c4n4ry-word

# With Slurm: the arguments of its commands, and the script on its way to it.
umask 000
rm -rf .hpc-compose over seen
mkdir bin
cat >bin/sbatch <<'FAKE'
#!/bin/bash
printf '%q ' "$@" >>"$FAKE_SLURM_DIR/words"
stat -c %a "${@: -1}" >>"$FAKE_SLURM_DIR/modes"
exec "$REAL_SBATCH" "$@"
FAKE
chmod +x bin/sbatch
export REAL_SBATCH=$tests/fake/sbatch PATH=$PWD/bin:$tests/fake:$PATH
mkdir -p "$FAKE_SLURM_DIR"
run 0 hpcc submit --no-preflight
that 'nothing that is said has one' test "$(grep -c c4n4ry <<<"$out$err")" = 0
that 'no argument has one' test "$(grep -c c4n4ry "$FAKE_SLURM_DIR/words")" = 0
that 'the script is for our eyes alone' test "$(sort -u "$FAKE_SLURM_DIR/modes")" = 600
that "no open file has one: $(open_files)" test -z "$(open_files)"
that 'the files have them' grep -rqa c4n4ry .hpc-compose
within 30 bash -c '! hpcc status | grep -q RUNNING' || :
finish
