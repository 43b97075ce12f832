# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every case under cases/ may call. A case is a bash script that the ordinary test user runs
# in an empty folder of its own; it ends with status 0, or by calling fail. The runner has set:
#   HPCC, HPCC_RT   the programs under test        SOURCE   a copy of this folder and of examples/
#   SLURM_CONF      of the running cluster          CONTROL  the runner's ear, for what needs root
#   STRANGER, STRANGER_HOME   another ordinary user, and a folder that is theirs
#   TARGET          slurm=VERSION that HPCC compiles for, or nothing
#   PROCTRACK       cgroup or linuxproc: how Slurm follows and signals processes
#   ACCOUNTING      slurmdbd, with which the controller forgets a job seconds after its end, or none
#   PYXIS           real when containers run under Pyxis itself, nothing under its stand-in
#   SQUASHFUSE      yes when it mounts all images instead of unpacking them, else no
#   IMAGE           a squashfs image of busybox; the same as a folder is ${IMAGE%.sqsh}, and for
#                   Apptainer, where that is installed, ${IMAGE%.sqsh}.sif
#
#	submit job.sbatch
#	wait_job
#	assert_state COMPLETED
#	assert_log "slurm-$JOB.out" 'hello from n1'

set -euo pipefail

JOB=''
STATE=''
EXIT_CODE=''

fail() {
	printf 'FAIL: %s\n' "$*"
	if [ -n "$JOB" ]; then
		printf 'job %s: %s, exit %s\n' "$JOB" "$STATE" "$EXIT_CODE"
		show_files
	fi
	exit 1
}

# The ends of the job's text files, which say what happened.
show_files() {
	local file
	while read -r file; do
		printf -- '--- %s\n' "$file"
		tail -n 30 "$file" | cut -c 1-200
	done < <(find . -type f \( -path "./.hpc-compose/$JOB/*" -o -path "./slurm-$JOB*.out" \) \
		\( -name '*.out' -o -name '*.log' -o -name 'events.jsonl' \) -size -1024k | sort)
}

# Every call of a Slurm client is bounded: a lost controller makes them hang for minutes.
slurm() {
	timeout -k 1 20 "$@"
}

# Seconds since boot with two decimals and no point: a clock that nobody sets.
now_cs() {
	local up
	read -r up _ </proc/uptime
	printf '%s' "${up/./}"
}

# wait_until SECONDS COMMAND...: returns once the command is true; fails the case when it never is.
# Limits are for machines that do much else meanwhile; a job may also wait for those of other cases.
wait_until() {
	local limit=$(($1 * 3)) end
	shift
	end=$(($(now_cs) + limit * 100))
	until "$@"; do
		[ "$(now_cs)" -lt "$end" ] || fail "not within $limit s: $*"
		sleep 0.15 # most commands ask Slurm, which costs more than a file
	done
}

# Submits and sets JOB. Arguments are those of sbatch.
submit() {
	JOB=$(slurm sbatch --parsable "$@") || fail "sbatch $* failed"
	STATE=PENDING
}

# Sets STATE and EXIT_CODE from the controller or, when that has forgotten the job, from the accounting.
read_job() {
	local text
	if text=$(slurm scontrol show job "$JOB" 2>&1); then
		[[ $text =~ JobState=([A-Z_]+) ]] && STATE=${BASH_REMATCH[1]}
		[[ $text =~ ExitCode=([0-9]+:[0-9]+) ]] && EXIT_CODE=${BASH_REMATCH[1]}
		return
	fi
	[[ $text == *'Invalid job id'* ]] || fail "scontrol does not tell of job $JOB: $text"
	IFS=$' |' read -r STATE EXIT_CODE < <(account_of "$JOB" State%60,ExitCode | sed 's/ by [0-9]*//') ||
		fail "neither the controller nor the accounting knows job $JOB"
}

# account_of JOB FIELD,...: what the accounting says of the job as a whole, parted by '|'; of its newest
# life when it was requeued.
account_of() {
	slurm sacct --noheader --parsable2 --allocations --jobs "$1" --format "$2"
}

has_state() {
	read_job
	[ "$STATE" = "$1" ]
}

has_ended() {
	read_job
	case $STATE in
	COMPLETED | FAILED | CANCELLED | TIMEOUT | NODE_FAIL | OUT_OF_MEMORY) ;;
	*) return 1 ;;
	esac
}

# The number that Slurm gave a task of an array, ARRAY_TASK, when it started.
job_number() {
	local text
	if ! text=$(slurm scontrol --oneliner show job "$JOB" 2>/dev/null); then
		account_of "$JOB" JobIDRaw
		return
	fi
	[[ $text =~ JobId=([0-9]+) ]] || fail "no task $JOB in: $text"
	printf '%s' "${BASH_REMATCH[1]}"
}

# The names of the job's nodes, in Slurm's order, one a line. Which ones they are depends on what else
# runs.
job_nodes() {
	local list
	list=$(slurm scontrol show job "$JOB" 2>/dev/null | sed -n "s/^ *NodeList=//p") ||
		list=$(account_of "$JOB" NodeList)
	slurm scontrol show hostnames "$list"
}

# wait_state STATE [SECONDS], wait_job [SECONDS]
wait_state() {
	wait_until "${2:-120}" has_state "$1"
}

wait_job() {
	wait_until "${1:-180}" has_ended
}

# is_there FILE...: they exist; a job that ended without making them fails the case at once.
is_there() {
	local file
	for file in "$@"; do
		[ ! -e "$file" ] || continue
		[ -z "$JOB" ] || ! has_ended || [ -e "$file" ] || fail "the job ended without $file"
		return 1
	done
}

# wait_files SECONDS FILE...
wait_files() {
	local limit=$1
	shift
	wait_until "$limit" is_there "$@"
}

file_matches() {
	grep -qsE -- "$2" "$1"
}

# wait_log FILE ERE [SECONDS]
wait_log() {
	wait_until "${3:-120}" file_matches "$1" "$2"
}

assert_state() {
	[ "$STATE" = "$1" ] || fail "job state is $STATE, not $1"
}

# assert_exit CODE[:SIGNAL]
assert_exit() {
	local want=$1
	[[ $want == *:* ]] || want=$want:0
	[ "$EXIT_CODE" = "$want" ] || fail "job exit code is $EXIT_CODE, not $want"
}

assert_log() {
	file_matches "$1" "$2" || fail "$1 has no line like: $2"
}

assert_no_log() {
	[ -e "$1" ] || fail "$1 does not exist"
	! file_matches "$1" "$2" || fail "$1 has a line like: $2"
}

assert_equal() {
	[ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"
}

# In FILE, a line like the first expression stands above the first one like the second.
assert_order() {
	local first second
	first=$(grep -nE -m1 -- "$2" "$1" | cut -d: -f1)
	second=$(grep -nE -m1 -- "$3" "$1" | cut -d: -f1)
	[ -n "$first" ] || fail "$1 has no line like: $2"
	[ -n "$second" ] || fail "$1 has no line like: $3"
	[ "$first" -lt "$second" ] || fail "in $1, '$2' (line $first) is not above '$3' (line $second)"
}

# Processes with the job's number and this cluster in their environment; the dead that nobody
# reaped don't count.
job_processes() {
	local folder environ
	while read -r environ; do
		folder=${environ%/*}
		[ "${folder#/proc/}" != $$ ] || continue
		grep -qsFxz "SLURM_CONF=$SLURM_CONF" "$environ" || continue
		grep -qs '^State:.Z' "$folder/status" || printf '%s
' "${folder#/proc/}"
	done < <(grep -lsFxz "SLURM_JOB_ID=$JOB" /proc/[0-9]*/environ)
}

is_job_gone() {
	[ -z "$(job_processes)" ]
}

assert_nothing_left() {
	local left
	left=$(job_processes)
	[ -z "$left" ] || fail "processes of job $JOB are left: $(ps -o pid,args -p "${left//$'\n'/,}")"
}

# ask VERB WORD...: the runner runs tests/slurm/cluster with these words, as root; prints and ends as that.
ask() {
	local file
	file=$(mktemp "$PWD/ask.XXXXXX")
	printf '%s\0' "$@" >"$file"
	printf '%s\n' "$file" >"$CONTROL"
	wait_until 330 test -e "$file.status"
	cat "$file.out"
	return "$(cat "$file.status")"
}

# ask_root fail-node n4: the same, of what must go well.
ask_root() {
	local said status=0
	said=$(ask "$@") || status=$?
	[ $status = 0 ] || fail "cluster $* ended with $status: $said"
	[ -z "$said" ] || printf '%s\n' "$said"
}

# as_stranger COMMAND...: runs it here as another ordinary user, who has STRANGER_HOME for files.
as_stranger() {
	ask as-stranger env -C "$PWD" "$@"
}

# A port of this machine that nothing listens on. Nodes share one machine, so jobs must not share
# ports either.
free_port() {
	local port
	while :; do
		port=$((32000 - RANDOM % 1000 - $$ % 500))
		grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$port") " /proc/net/tcp /proc/net/tcp6 || break
	done
	printf '%s' "$port"
}

# compile SPEC.yaml [OPTION...]: writes SPEC.sbatch.
compile() {
	local spec=$1
	shift
	"$HPCC" "$@" "$spec" -o "${spec%.yaml}.sbatch" || fail "hpcc $* $spec ended with $?"
}

# image_for BACKEND [IMAGE.sqsh]: the same image in the form that the backend takes.
image_for() {
	local image=${2:-$IMAGE}
	case $1 in
	charliecloud) image=${IMAGE%/*}/charliecloud ;;
	apptainer | singularity) image=${image%.sqsh}.sif ;;
	esac
	printf '%s' "$image"
}

# apptainer, where that is installed.
apptainer_if_any() {
	! command -v apptainer >/dev/null || printf apptainer
}

# overlay BACKEND SPEC IMAGE: writes <name of SPEC>-BACKEND.yaml, the spec with every service on that
# backend and, in containers, started from IMAGE.
overlay() {
	local service file
	file=$(basename "$2" .yaml)-$1.yaml
	{
		printf 'extends: %s\nruntime:\n  backend: %s\nservices:\n' "$2" "$1"
		while read -r service; do
			if [ "$1" = host ]; then
				printf '  %s: {}\n' "$service"
			else
				printf '  %s:\n    image: %s\n' "$service" "$3"
			fi
		done < <("$HPCC" --emit=table "$2" 2>/dev/null | sed -n 's/^service //p')
	} >"$file"
}

# overlay_example BACKEND EXAMPLE: the same of an example, from the runner's images.
overlay_example() {
	local base=$SOURCE/examples/$2.yaml image=${IMAGE:?} port
	if [ "$2" = redis-workers ]; then
		# All nodes are one machine, where somebody may well use Redis's own port.
		port=$(free_port)
		sed "s/6379/$port/; s/(redis-cli /&-p $port /; s/\[redis-cli,/& -p, \"$port\",/" "$base" >"$2.yaml"
		base=$PWD/$2.yaml
		image=${IMAGE%/*}/redis.sqsh
	fi
	overlay "$1" "$base" "$(image_for "$1" "$image")"
}

# The job's folder: the newest attempt's, when there are several.
job_dir() {
	[ -d ".hpc-compose/$JOB" ] || fail "no folder of job $JOB"
	printf '%s' ".hpc-compose/$JOB"
}

# assert_job_dir [OPTION...]: the job's files are those that docs/job-files.md names, no more and no
# fewer, and of the documented form; options are those of tests/schema/job-files.
assert_job_dir() {
	local out status=0
	out=$("$SOURCE/job-files" --schemas "$SOURCE/schema" "$@" "$(job_dir)" 2>&1) || status=$?
	[ "$status" = 0 ] || [ "$status" = 77 ] || fail "files of job $JOB: $out"
}

# assert_job_dirs CASE: the same for every job that the case has run, which the runner asks at its end.
# Beside our files there may be those that services write. "# FILES UNCHECKED: " gives the reason why a
# case's files are not looked at.
assert_job_dirs() {
	local folder
	! grep -q '^# FILES UNCHECKED: ' "$SOURCE/cases/$1.sh" || return 0
	for folder in .hpc-compose/[0-9]*; do
		# Links lead to the elements of arrays, which have folders of their own.
		if [ ! -d "$folder" ] || [ -L "$folder" ]; then
			continue
		fi
		JOB=${folder##*/}
		assert_job_dir --services
	done
}

# log_of SERVICE
log_of() {
	printf '%s/logs/%s.log' "$(job_dir)" "$1"
}
