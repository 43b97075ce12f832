# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the cases share. A case defines functions `service_NAME`, calls `job` with a table on
# standard input, and looks at what came of it. Nothing sleeps: what has to happen is waited for.
set -euo pipefail

RT=${HPCC_RT:?the hpcc-rt to test}
TOOL=${HPCC_RT_TOOL:?the helper program of these tests}
WORK=$(mktemp -d)
JOB_ROOT=$WORK/job
JOB_DIR=$JOB_ROOT
SUPERVISOR=
HELPERS=() # processes that the case started beside the job
trap 'cleanup' EXIT

cleanup() {
	status=$?
	trap - EXIT
	[ -z "$SUPERVISOR" ] || kill -KILL "$SUPERVISOR" 2>/dev/null || :
	[ ${#HELPERS[@]} = 0 ] || kill "${HELPERS[@]}" 2>/dev/null || :
	if [ "$status" != 0 ]; then
		echo "--- batch log"
		cat "$WORK/batch.log" 2>/dev/null || :
		for log in "$JOB_DIR"/logs/*; do
			[ ! -s "$log" ] || { echo "--- $log" && tail -c 2000 "$log"; }
		done
	fi
	[ -z "${MOUNTED:-}" ] || umount -l "$MOUNTED" || :
	rm -rf "$WORK"
	exit "$status"
}

fail() {
	echo "FAILED: $*"
	exit 1
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
	local end=$((SECONDS + $1 + 1)) fd
	shift
	exec {fd}<> <(:)
	until "$@"; do
		((SECONDS < end)) || fail "waited in vain for: $*"
		read -r -t 0.02 -u "$fd" || :
	done
	exec {fd}<&-
}

# The stream of functions, as a script gives it.
records() {
	declare -p RT TOOL WORK JOB_DIR
	printf '\0'
	local name
	for name in $(compgen -A function service_) $(compgen -A function publish_); do
		declare -f "$name"
		printf '\0'
	done
}

# Makes the job folder, on one node or NODE_COUNT; takes lines for the allocation table.
begin() {
	local facts
	facts=$("$RT" begin --root "$JOB_ROOT" < <(
		printf 'hpcc-allocation 1\njob name test nodes %d\n' "${NODE_COUNT:-1}"
		[ $# = 0 ] || printf 'service %s\n' "$@"
	))
	eval "$facts"
}

# Starts the supervisor in the background; the table comes on standard input.
start() {
	local table=$WORK/table
	{
		echo 'hpcc-table 1'
		cat
	} >"$table"
	"$RT" supervise --dir "$JOB_DIR" --functions <(records) <"$table" 2>"$WORK/batch.log" &
	SUPERVISOR=$!
}

# finish STATUS: the supervisor ends with that status. (Whoever waits for ever is ended by `run`.)
finish() {
	local status=0
	wait "$SUPERVISOR" || status=$?
	SUPERVISOR=
	[ "$status" = "$1" ] || fail "the job ended with status $status, not $1"
	state_is_valid
}

# job STATUS: the whole job; the table comes on standard input.
job() {
	start
	finish "$1"
}

said() { grep -qF -- "$1" "$WORK/batch.log"; }
expect_said() { said "$1" || fail "the batch log lacks: $1"; }
never_said() { ! said "$1" || fail "the batch log has: $1"; }

state_is_valid() {
	local text
	text=$(<"$JOB_DIR/state.json") || return 0
	[[ $text == '{"schema_version":1,'*'}' ]] || fail "state.json is not whole: $text"
}

# state NAME KEY: a value of the service's line in state.json.
state() {
	sed -n "s/.*{\"name\":\"$1\",.*\"$2\":\"\{0,1\}\([^,\"}]*\).*/\1/p" "$JOB_DIR/state.json"
}

expect_state() {
	local value
	value=$(state "$1" "$2")
	[ "$value" = "$3" ] || fail "$2 of $1 is '$value', not '$3'"
}

state_becomes() { wait_for 60 state_equals "$@"; }
state_equals() { [ "$(state "$1" "$2")" = "$3" ]; }

# Processes that carry this job's mark in their environment.
processes_left() {
	local files=(/proc/[0-9]*/environ) # taken before grep and tr are there, which carry it, too

	grep -lsaF "RT_TEST_MARK=$WORK" "${files[@]}" | tr -dc '0-9\n' || :
}
nothing_left() { [ -z "$(processes_left)" ]; }
export RT_TEST_MARK=$WORK
