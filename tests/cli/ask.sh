#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Before something goes that can't be made again, a terminal is asked; without one --yes is wanted. Each command
# tells in one line what it did.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"

# asked STATUS ANSWER COMMAND...: on a terminal, answered once the question is there.
cat >"$work/asked.py" <<'PYTHON'
import os, pty, select, sys, time
answer, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
said, answered, end = b"", False, time.monotonic() + 50
while time.monotonic() < end:
    if select.select([terminal], [], [], 1)[0]:
        try:
            got = os.read(terminal, 4096)
        except OSError:
            break
        if not got:
            break
        said += got
    if b"[y/N]" in said and not answered:
        answered = True
        os.write(terminal, answer.encode() + b"\n")
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PYTHON
asked() {
	run "$1" python3 "$work/asked.py" "${@:2}"
}
lines() { that "$1 lines" test "$(wc -l <"$work/out")" = "$1"; }

small_spec compose.yaml
for k in 1 2 3; do
	printf 'name: small-%s\nruntime: {backend: host}\nservices:\n  one: {command: ["true"]}\n' "$k" >"$k.yaml"
	run 0 hpcc up --local "$k.yaml"
done
mapfile -t ids < <(hpcc jobs | awk '{print $1}')
root=$PWD/.hpc-compose
there() { test -e "$root/$1/state.json" -a -e "$root/jobs/$1.json"; }

for words in "down ${ids[0]}" "clean ${ids[0]}" 'clean --all' 'clean --older-than=0s'; do
	read -r -a verb <<<"$words"
	run 2 hpcc "${verb[@]}" </dev/null
	err_has "without a terminal to ask on, 'hpcc ${verb[0]}' doesn't "
	err_has "help: hpcc $words --yes"
	that 'nothing has gone' test -z "$out"
	for id in "${ids[@]}"; do
		that "$id is there" there "$id"
	done
done
run 0 hpcc clean --all --dry-run
out_has "would remove job ${ids[2]}: "
asked 1 n hpcc down "${ids[0]}"
out_has "cancel job ${ids[0]} 'small-3' and remove its folder $root/${ids[0]}? [y/N]"
out_has 'nothing is removed'
that 'it is there' there "${ids[0]}"
asked 1 '' hpcc clean --all
out_has "remove the files of 3 jobs, ${ids[2]} to ${ids[0]}? [y/N]"
that 'it is there' there "${ids[0]}"
asked 0 y hpcc down "${ids[0]}"
out_has "removed job ${ids[0]}: $root/${ids[0]}"
that 'it is gone' test ! -e "$root/${ids[0]}"
run 0 hpcc cancel "${ids[1]}"
out_has "job ${ids[1]} has ended already"
lines 1
run 0 hpcc clean --yes --all
that 'one line' test "$out" = "removed jobs ${ids[2]}, ${ids[1]}"
that 'all are gone' test -z "$(ls -d "$root"/local-* 2>/dev/null)"
run 0 hpcc clean --all </dev/null
that 'nothing to ask' test "$out" = 'nothing to remove'

# One that runs is ended and removed without another key, on a terminal as well.
cat >runs.yaml <<'SPEC'
name: runs
services: {one: {command: [sleep, "1000"], x-runtime: {backend: host}}}
SPEC
run 0 hpcc up --local --detach runs.yaml
id=$(hpcc jobs | awk 'NR == 1 {print $1}')
run 0 env TERM=xterm timeout 45 python3 "$work/asked.py" y hpcc down "$id"
out_has "ended and removed job $id: "
that 'it is gone' test ! -e "$root/$id"

# The cache: only where something would go.
run 0 hpcc cache prune --all </dev/null
image=$HOME/.cache/hpc-compose/base/0123456789abcdef-x.sqsh
mkdir -p "${image%/*}"
echo image >"$image"
run 2 hpcc cache prune --all </dev/null
err_has "without a terminal to ask on, 'hpcc cache' doesn't remove 1 image, 0.0 MiB"
err_has 'help: hpcc cache prune --all --yes'
that 'it is there' test -e "$image"
asked 1 no hpcc cache prune --all
that 'it is there' test -e "$image"
asked 0 YES hpcc cache prune --all
that 'it is gone' test ! -e "$image"

finish
