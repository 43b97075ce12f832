# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# Shared by the fake Slurm commands of this folder: where jobs are recorded, how lists of host names
# are written, and how Slurm's options are read. Tests set FAKE_SLURM_DIR to a folder of their own.
#
#	$FAKE_SLURM_DIR/calls                   every call of a fake command, quoted for a shell
#	$FAKE_SLURM_DIR/jobs/7/state            and name, nodes, exit, pid, user, output, script; of an
#	                                        array's element also array and index
#	$FAKE_SLURM_DIR/jobs/7/forgotten        made by a test: Slurm knows it no more (MinJobAge)
#	$FAKE_SLURM_DIR/jobs/7/steps/0/pids     process groups of the step's tasks; and name, nodes

set -euo pipefail

FAKE_DIR=${FAKE_SLURM_DIR:-${TMPDIR:-/tmp}/fake-slurm-$UID}
FAKE_NODES=${FAKE_SLURM_NODES:-n[1-4]}
mkdir -p "$FAKE_DIR/jobs"
printf '%q ' "${0##*/}" "$@" >>"$FAKE_DIR/calls"
printf '\n' >>"$FAKE_DIR/calls"

die() {
	printf '%s: error: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# expand_hosts 'n[1-3,07],login': one name a line, zeros kept.
expand_hosts() {
	local rest=$1 item prefix range from to i
	while [ -n "$rest" ]; do
		if [[ $rest =~ ^([^][,]*)\[([0-9,-]+)\](,|$) ]]; then
			prefix=${BASH_REMATCH[1]}
			rest=${rest#"${BASH_REMATCH[0]}"}
			for range in ${BASH_REMATCH[2]//,/ }; do
				from=${range%-*}
				to=${range#*-}
				for ((i = 10#$from; i <= 10#$to; i++)); do
					printf '%s%0*d\n' "$prefix" "${#from}" "$i"
				done
			done
		else
			item=${rest%%,*}
			printf '%s\n' "$item"
			rest=${rest#"$item"}
			rest=${rest#,}
		fi
	done
}

# fold_hosts NAME...: the short form of names that share a prefix and count upwards.
fold_hosts() {
	local name prefix='' first='' last='' number out='' ranges=''
	for name in "$@" ''; do
		[[ $name =~ ^(.*[^0-9])([1-9][0-9]*)$ ]] && number=${BASH_REMATCH[2]} || number=''
		if [ -n "$number" ] && [ "${BASH_REMATCH[1]}" = "$prefix" ] && [ -n "$last" ]; then
			[ "$number" = $((last + 1)) ] && last=$number && continue
			ranges+=$(range_text "$first" "$last"),
			first=$number last=$number
			continue
		fi
		[ -z "$last" ] || out+=$(group_text "$prefix" "$ranges$(range_text "$first" "$last")"),
		ranges='' prefix='' first='' last=''
		if [ -n "$number" ]; then
			prefix=${BASH_REMATCH[1]} first=$number last=$number
		elif [ -n "$name" ]; then
			out+=$name,
		fi
	done
	printf '%s\n' "${out%,}"
}

range_text() {
	[ "$1" = "$2" ] && printf '%s' "$1" || printf '%s-%s' "$1" "$2"
}

group_text() {
	[[ $2 == *[-,]* ]] && printf '%s[%s]' "$1" "$2" || printf '%s%s' "$1" "$2"
}

put() {
	printf '%s\n' "$3" >"$FAKE_DIR/jobs/$1/$2.new"
	mv "$FAKE_DIR/jobs/$1/$2.new" "$FAKE_DIR/jobs/$1/$2"
}

# look 7 NAME [OTHERWISE]: the same in $REPLY, without a process: there may be hundreds of jobs.
look() {
	{ read -r REPLY <"$FAKE_DIR/jobs/$1/$2"; } 2>/dev/null || REPLY=${3-}
}

get() {
	local value
	if { read -r value <"$FAKE_DIR/jobs/$1/$2"; } 2>/dev/null; then
		printf '%s\n' "$value"
	else
		printf '%s\n' "${3-}"
	fi
}

# jobs_like 7 | 7_3 | 7_[1-4,8]: the folders' names of the jobs that are meant, one a line; those that
# are forgotten aside.
jobs_like() {
	local id=$1 base=${1%%_*} dir array_id index wanted=''
	[[ $id != *_* ]] || wanted=" $(array_indices "$(tr -d '[]' <<<"${id#*_}")" | tr '\n' ' ')"
	for dir in "$FAKE_DIR"/jobs/*/; do
		dir=${dir%/}
		[ ! -e "$dir/forgotten" ] || continue
		if [ -e "$dir/array" ]; then
			read -r array_id <"$dir/array"
			read -r index <"$dir/index"
			[ "$array_id" = "$base" ] || [ "${dir##*/}" = "$id" ] || continue
			[ -z "$wanted" ] || [[ $wanted == *" $index "* ]] || continue
		else
			[ "${dir##*/}" = "$id" ] || continue
		fi
		printf '%s\n' "${dir##*/}"
	done | sort -nu
}

# array_indices '0-3,8%2': one a line.
array_indices() {
	local part list=${1%%%*} step
	for part in ${list//,/ }; do
		step=1
		[[ $part != *:* ]] || step=${part#*:}
		part=${part%%:*}
		seq "${part%-*}" "$step" "${part#*-}"
	done
}

# The id that people know: 7, or of an element 7_3.
shown_id() {
	if [ -e "$FAKE_DIR/jobs/$1/array" ]; then
		printf '%s_%s' "$(cat "$FAKE_DIR/jobs/$1/array")" "$(cat "$FAKE_DIR/jobs/$1/index")"
	else
		printf '%s' "$1"
	fi
}

new_job_id() {
	local id=1
	until mkdir "$FAKE_DIR/jobs/$id" 2>/dev/null; do
		id=$((id + 1))
	done
	printf '%s' "$id"
}

# Long options without an argument, of all commands here; every other long option has one, after
# "=" or as the next word. Letters without an argument are in the second list.
FLAGS=' contiguous disable-status exact exclusive external get-user-env help hold ignore-pbs interactive
 kill-on-bad-exit label multi-prog mpi-combine no-allocate no-kill no-requeue no-header noheader
 no-shell oneliner overcommit overlap oversubscribe parsable preserve-env pty quiet requeue reboot
 slurmd-debug spread-job steps test-only unbuffered usage use-min-nodes verbose version wait-all-nodes
 whole batch full ctld long all array me allocations parsable2 container-mount-home no-container-mount-home container-remap-root
 no-container-remap-root container-entrypoint no-container-entrypoint container-writable
 container-readonly '
FLAGS=${FLAGS//$'\n'/}

# read_options LETTERS WORDS...: fills OPTION[name] and, from the first other word on, REST. A
# letter is looked up in LETTERS, which maps them: 'N=nodes n=ntasks'.
declare -A OPTION=()
REST=()
read_options() {
	local letters=" $1 " name
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--) shift && break ;;
		--*=*)
			name=${1%%=*}
			OPTION[${name#--}]=${1#*=}
			;;
		--*)
			name=${1#--}
			if [[ $FLAGS == *" $name "* ]]; then
				OPTION[$name]=yes
			else
				[ $# -gt 1 ] || die "option '--$name' needs an argument"
				OPTION[$name]=$2
				shift
			fi
			;;
		-?*)
			name=${1:1:1}
			if [[ $letters == *" $name:"* ]]; then
				name=${letters#*" $name:"}
				OPTION[${name%% *}]=yes
			elif [[ $letters == *" $name="* ]]; then
				name=${letters#*" $name="}
				name=${name%% *}
				if [ -n "${1:2}" ]; then
					OPTION[$name]=${1:2}
				else
					[ $# -gt 1 ] || die "option '$1' needs an argument"
					OPTION[$name]=$2
					shift
				fi
			else
				die "invalid option: $1"
			fi
			;;
		*) break ;;
		esac
		shift
	done
	# shellcheck disable=SC2034 # used by the commands
	REST=("$@")
}

# A file name with Slurm's %-patterns: job, array, step, task and node.
expand_name() {
	local rest=$1 out=
	# A backslash is taken away, and then no pattern is read.
	if [[ $rest == *\\* ]]; then
		# shellcheck disable=SC2001 # one byte of the match stays
		sed 's/\\\(.\)/\1/g' <<<"$rest"
		return
	fi
	while [[ $rest == *%?* ]]; do
		out+=${rest%%%*}
		rest=${rest#*%}
		case $rest in
		%*) out+=% ;;
		j*) out+=${SLURM_JOB_ID-} ;;
		A*) out+=${SLURM_ARRAY_JOB_ID-${SLURM_JOB_ID-}} ;;
		a*) out+=${SLURM_ARRAY_TASK_ID-} ;;
		x*) out+=${SLURM_JOB_NAME-} ;;
		s*) out+=${SLURM_STEP_ID-batch} ;;
		t*) out+=${SLURM_PROCID-0} ;;
		n*) out+=${SLURM_NODEID-0} ;;
		N*) out+=${SLURMD_NODENAME-} ;;
		*) out+=%${rest:0:1} ;;
		esac
		rest=${rest:1}
	done
	printf '%s' "$out$rest"
}

# signal_groups SIGNAL FILE: to the process groups named in the file, or to a process that is about
# to become a group's leader; those that are gone aside.
signal_groups() {
	local group
	while read -r group; do
		kill -s "$1" -- "-$group" 2>/dev/null || kill -s "$1" "$group" 2>/dev/null || :
	done < <(cat "$2" 2>/dev/null)
}
