# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Tests of the command line: each case runs a command in a fresh folder and says what it expects.
#
#	run 2 hpcc nothere.yaml
#	err_has "can't read 'nothere.yaml'"

set -euo pipefail
export LC_ALL=C.UTF-8
unset NO_COLOR "${!SLURM_@}" "${!HPCC_@}"
: "${BUILD:?names the build folder}"
PATH=$BUILD:$PATH
export HPCC_RT=$BUILD/hpcc-rt
work=$(mktemp -d)
# A job that was just ended may still write a last line.
tidy() {
	within 20 rm -rf "$work" 2>/dev/null
}
trap tidy EXIT
mkdir -p "$work/home" "$work/here"
export HOME=$work/home
cd "$work/here"
unset OLDPWD
checks=0 failures=0
out='' err='' status=0 command=''

fail() {
	failures=$((failures + 1))
	printf 'not ok - %s\n  command: %s\n  status:  %s\n  out: %s\n  err: %s\n' "$1" "$command" "$status" \
		"${out:0:2000}" "${err:0:2000}" >&2
}

# run STATUS COMMAND...: within a minute.
run() {
	local wanted=$1
	shift
	command="$*" status=0
	checks=$((checks + 1))
	timeout 60 "$@" >"$work/out" 2>"$work/err" || status=$?
	out=$(tr -d '\0' <"$work/out")
	err=$(tr -d '\0' <"$work/err")
	[ "$status" = "$wanted" ] || fail "status $wanted"
}

out_has() {
	checks=$((checks + 1))
	[[ $out == *"$1"* ]] || fail "standard output has '$1'"
}

err_has() {
	checks=$((checks + 1))
	[[ $err == *"$1"* ]] || fail "standard error has '$1'"
}

out_lacks() {
	checks=$((checks + 1))
	[[ $out != *"$1"* ]] || fail "standard output lacks '$1'"
}

quiet() {
	checks=$((checks + 1))
	[ -z "$out$err" ] || fail 'nothing is printed'
}

# that WHAT COMMAND...: any other condition.
that() {
	local what=$1
	shift
	checks=$((checks + 1))
	"$@" || fail "$what"
}

# within SECONDS COMMAND...: as soon as the command is true.
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

finish() {
	echo "$checks checks, $failures failures"
	[ "$failures" = 0 ]
}

small_spec() {
	printf 'name: small\nruntime:\n  backend: host\nservices:\n  one:\n    command: ["true"]\n' >"$1"
}

# record FOLDER ID ROOT [MORE]: a record as hpcc writes it, with other words in it.
record() {
	mkdir -p "$1/.hpc-compose/jobs"
	local scheduler=slurm
	case $2 in local-*) scheduler=local ;; esac
	printf '{"schema_version": 1, "job_id": "%s", "scheduler": "%s", "name": "t", "job_root": "%s", "submitted_at": 1%s, "services": []}\n' \
		"$2" "$scheduler" "$3" "${4:+, $4}" >"$1/.hpc-compose/jobs/${5:-$2}.json"
}
