#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # a spec in single quotes
# A job by its id from any folder: by the list of folders that jobs were started from, by Slurm's word, and never a
# stranger's.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/cli/lib.bash disable=SC1091,SC2154
. "$tests/cli/lib.bash"
export FAKE_SLURM_DIR=$work/slurm
PATH=$tests/fake:$PATH
list=$HOME/.local/state/hpc-compose/folders

mkdir -p project/sub empty
printf 'name: far\nruntime: {backend: host}\nx-slurm: {array: 1-2}\nservices:\n  one: {script: "echo element $SLURM_ARRAY_TASK_ID; exit 3"}\n' >project/compose.yaml
small_spec project/local.yaml
run 3 env -C project hpcc up compose.yaml
id=$(sed -n 's/^submitted job \([0-9]*\);.*/\1/p' <<<"$out")
that 'a job id is printed' test -n "$id"
run 0 env -C project hpcc up --local local.yaml
local_id=$(cd project && hpcc jobs | awk '$1 ~ /^local-/ {print $1}')
that 'the folder is listed once' test "$(cat "$list")" = "$PWD/project"
that 'for our eyes alone' test "$(stat -c %a "$list")" = 600

cd empty
every_command() {
	run 0 hpcc status "$id"
	out_has "job $id 'far': FAILED, 2 elements: 2 FAILED"
	run 0 hpcc status "${id}_2"
	out_has "job ${id}_2 'far': FAILED with status 3"
	out_has "  folder    $work/here/project"
	run 0 hpcc ps "${id}_[1-2]"
	out_has '1/one'
	out_has '2/one'
	run 0 hpcc status --job "${id}_1" --lines
	out_has "state service 'one': "
	run 3 hpcc watch "${id}_1"
	out_has "job ${id}_1: FAILED with status 3"
	run 0 hpcc logs "${id}_2" one
	out_has 'one | element 2'
	run 0 hpcc logs "$id" one
	out_has '1/one | element 1'
	run 0 hpcc stats "${id}_1"
	out_has "job ${id}_1"
	run 0 hpcc why "${id}_[1-2]"
	out_has "job ${id}_1 FAILED: 'one' exited with status 3"
	run 3 hpcc artifacts "${id}_1"
	err_has "${id}_1"
	run 0 hpcc cancel "${id}_[1-2]"
	out_has 'has ended already'
	run 3 hpcc status "${id}_9"
	err_has "job $id has no element '9'"
}
every_command
run 0 hpcc ps "$local_id"
out_has "job $local_id 'small': COMPLETED"

# Without the list Slurm says where; then its accounting.
rm "$list"
every_command
that 'it is listed again' test "$(cat "$list")" = "$work/here/project"
rm "$list"
for dir in "$FAKE_SLURM_DIR"/jobs/*/; do touch "$dir/forgotten"; done
run 3 hpcc status "$id"
err_has "no job '$id' is known"
run 0 env FAKE_ACCOUNTING=1 hpcc status "$id"
out_has 'FAILED'
rm "$list"
run 3 hpcc status "$local_id"
err_has "no job '$local_id' is known"
rm "$FAKE_SLURM_DIR"/jobs/*/forgotten

# A job of somebody else's, whatever lies in its folder.
for dir in "$FAKE_SLURM_DIR"/jobs/*/; do echo 12345 >"$dir/uid"; done
run 3 hpcc status "$id"
err_has "job $id isn't yours"
rm "$FAKE_SLURM_DIR"/jobs/*/uid

# Two of one id, as of two clusters.
mkdir -p ../other
record ../other 77 "$work/here/other/.hpc-compose/77"
record ../project 77 "$work/here/project/.hpc-compose/77"
mkdir -p "${list%/*}"
printf '%s\n' "$work/here/project" /nonexistent nonsense "$work/here/project/sub" "$work/here/other" >"$list"
run 3 hpcc status 77
err_has 'there are several jobs 77, in '
run 0 env -C ../project hpcc status 77
run 0 env -C ../project/sub hpcc status "$id"

# A list that a stranger could have written, and records of his, are none.
if [ "$(id -u)" = 0 ]; then
	rm ../project/.hpc-compose/jobs/77.json
	run 0 hpcc status 77
	chown 12345 "$list"
	run 3 hpcc status 77
	chown 0 "$list"
	chown -R 12345 ../other/.hpc-compose
	run 3 hpcc status 77
	err_has "no job '77' is known"
fi

# It goes from anywhere as well.
run 0 hpcc down --yes "${id}_1"
that 'the others stay' test -e "../project/.hpc-compose/${id}_2/state.json"
run 0 hpcc clean --yes "$id"
that 'all are gone' test -z "$(find ../project/.hpc-compose -name "$id*")"
run 3 hpcc status "$id"

# Where the list can't be kept, jobs run all the same.
rm -rf "$HOME/.local"
echo >"$HOME/.local"
run 0 env -C ../project hpcc up --local local.yaml
run 0 env -C ../project -u HOME hpcc up --local local.yaml

finish
