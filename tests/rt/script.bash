# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A whole script, compiled, in which somebody is killed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"

cat >"$WORK/spec.yaml" <<'YAML'
name: killed
runtime: {backend: host}
x-slurm:
  setup:
    - export FROM_SETUP=seen
    - |
      at setup
      facts=$(at substitution)
  stage_out: [{from: "$WORK/in", to: "$WORK/out"}]
services:
  db:
    script: |
      trap 'at stopping; exit 0' TERM
      setsid sleep 1001 &
      at starting
      echo ready for $FROM_SETUP
      while :; do sleep 1002 & wait; done
    stop_grace_period: 6s
    readiness: {type: log, pattern: "ready for seen", timeout_seconds: 60}
    x-slurm: {lifetime: dependents, prologue: at prologue}
  client:
    command: at client
    depends_on: {db: {condition: service_healthy}}
YAML

# at PHASE: says that it is reached; the phase that is wanted lasts until somebody ends it.
mkdir "$WORK/bin" "$WORK/in"
cat >"$WORK/bin/at" <<-'SH'
	#!/bin/bash
	[ "$1" = "$PHASE" ] || exit 0
	# Holds the pipe that a command substitution reads, and doesn't listen.
	[ "$1" != substitution ] || (trap "" TERM; exec sleep 1000) &
	touch "$WORK/at"
	exec sleep 1000
SH
chmod +x "$WORK/bin/at"
export WORK PATH=$WORK/bin:$PATH HPCC_RT=$RT
# The last thing of a job is a copy out.
# shellcheck disable=SC2016 # for that program
printf '#!/bin/bash\nat teardown\nexec cp -R "$2" "$3"\n' >"$WORK/bin/rsync"
chmod +x "$WORK/bin/rsync"
"${HPCC_BUILD:?}/hpcc" --backend=local "$WORK/spec.yaml" -o "$WORK/job.sh"

# with_words ERE: the job's oldest process whose command line is like that.
with_words() {
	local pid
	for pid in $(processes_left | sort -n); do
		[ "$pid" != $$ ] || continue
		tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep >/dev/null -E -- "$1" && echo "$pid" && return
	done
	fail "no process is like: $1"
}
children_of() { cat "/proc/$1/task/$1/children"; }

# process WHO: its number.
process() {
	local guard
	case $1 in
	script) echo "$SUPERVISOR" ;;
	bash) with_words "^[^ ]*bash $WORK/job.sh" ;;
	guard) with_words ' supervise ' ;;
	supervisor) guard=$(with_words ' supervise ') && children_of "$guard" | tr -d ' ' ;;
	shim) with_words ' step ' ;;
	command) children_of "$(with_words ' step ')" | cut -d' ' -f1 ;;
	esac
}

# until_phase PHASE: starts the job, which stays in that phase.
until_phase() {
	rm -rf "$WORK/at" "$WORK/out"
	cd "$WORK" || fail "no $WORK"
	PHASE=$1 HPCC_JOB_ID=$1-$2-$3 env --default-signal=INT,QUIT bash "$WORK/job.sh" >"$WORK/batch.log" 2>&1 &
	SUPERVISOR=$!
	JOB_DIR=$WORK/.hpc-compose/$1-$2-$3
	wait_for 20 test -e "$WORK/at"
}

is_closed() { grep -qE '"status":"(COMPLETED|FAILED|CANCELLED)","exit_code":' "$JOB_DIR/state.json"; }

# ends SIGNAL PHASE WHO STATUS STATE: what became of the job and of its record.
ends() {
	local status=0 pid
	until_phase "$2" "$3" "$1"
	pid=$(process "$3")
	kill -s "$1" "$pid"
	wait "$SUPERVISOR" || status=$?
	SUPERVISOR=
	[ "$status" = "$4" ] || fail "$1 to $3 in $2: status $status, not $4"
	wait_for 30 nothing_left
	wait_for 30 is_closed
	grep -q "\"status\":\"$5\",\"exit_code\":" "$JOB_DIR/state.json" ||
		fail "$1 to $3 in $2: $(head -c 150 "$JOB_DIR/state.json"), not $5"
}

# all_end: the same for each line of standard input.
all_end() {
	local signal phase who status state
	while read -r signal phase who status state; do
		ends "$signal" "$phase" "$who" "$status" "$state"
	done
}
