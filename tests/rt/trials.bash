# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the cases about trials share: a table that grows by lines, a runner with agents on this machine.
TABLE=$WORK/trials.table
mkdir "$WORK/trials"
printf 'hpcc-trials 1\ngrace 500ms\n' >"$TABLE"

# trial ID WORDS… <SCRIPT: one more row; its script comes on standard input.
trial() {
	local id=$1 folder=$WORK/trials/$1
	shift
	mkdir -p "$folder"
	cat >"$folder/job.sbatch"
	echo "trial $id $* script $folder/job.sbatch folder $folder" >>"$TABLE"
}

# trials WORDS…: runs them in the background.
trials() {
	"$RT" trials --table "$TABLE" "$@" 2>>"$WORK/batch.log" &
	SUPERVISOR=$!
}

# ends STATUS: the runner ends with it.
ends() {
	local status=0
	wait "$SUPERVISOR" || status=$?
	SUPERVISOR=
	[ "$status" = "$1" ] || fail "the runner ended with $status, not $1"
}

journal_has() { grep -qsE "$1" "$WORK/trials.jsonl"; }
# verdicts TRIAL: of its ends, with blanks between.
verdicts() { sed -n "s/.*\"trial\":\"$1\",\"event\":\"ended\".*\"verdict\":\"\([a-z]*\)\".*/\1/p" "$WORK/trials.jsonl" | paste -sd' '; }
expect_verdicts() {
	local got
	got=$(verdicts "$1")
	[ "$got" = "${*:2}" ] || fail "trial $1 ended as '$got', not '${*:2}'"
}
says() { grep -qF "$2" "$WORK/trials/$1/batch.log" || fail "the log of $1 has no '$2': $(cat "$WORK/trials/$1/batch.log")"; }
# No process of a trial or of an agent is left.
nothing_of_trials() { ! pgrep -f "$WORK/trials" >/dev/null; }
