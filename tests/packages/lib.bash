# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the tests of packages share.
failures=0
fail() {
	failures=$((failures + 1))
	printf 'not ok - %s\n' "$*" >&2
}

# first_job ROOT PROGRAM…: the quick start as its user runs it, in a folder of one's own.
first_job() {
	local folder=$1 example=$2
	shift 2
	mkdir -p "$folder/a first job"
	cp "$example" "$folder/a first job/compose.yaml"
	(cd "$folder/a first job" && "$@" up --local) >"$folder/job.out" 2>&1 </dev/null ||
		{ fail "the first job ended with $?" && cat "$folder/job.out" >&2; }
	grep -q '^completed in ' "$folder/job.out" || fail 'the first job says how it ended'
	(cd "$folder/a first job" && "$@" logs report --no-prefix) >"$folder/logs.out" 2>&1 </dev/null || fail "hpcc logs ended with $?"
	[ -s "$folder/logs.out" ] || fail 'the report has been written'
	(cd "$folder/a first job" && "$@" compose.yaml -o job.sbatch && bash -n job.sbatch) >"$folder/script.out" 2>&1 </dev/null ||
		{ fail 'a script from the installed program' && cat "$folder/script.out" >&2; }
}
