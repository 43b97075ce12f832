# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# The options of a Slurm command as getopt_long reads them for the real one: unknown, ambiguous and
# superfluous ones are refused with its words and its status.
#
#	OPTIONS='n:ntasks= l:label kill-on-bad-exit?'	a letter, and the kind of argument: needed, none, maybe
#	refusal=255
#	read_strictly "$@"		fills OPTION[name] and REST; options may stand behind other words when
#	mixed=yes			that is set
#	number_options ntasks		their values are positive numbers

declare -A OPTION
refusal=1
mixed=no

# refuse TEXT...: of an option, with the pointer to the help.
refuse() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	printf 'Try "%s --help" for more information\n' "${0##*/}" >&2
	exit "$refusal"
}

# complain STATUS TEXT...: of a value.
complain() {
	local status=$1
	shift
	printf '%s: error: %s\n' "${0##*/}" "$*" >&2
	exit "$status"
}

# find_long NAME: sets row to the one of OPTIONS with that name or, alone, with that beginning.
find_long() {
	local each name found=()
	for each in "${rows[@]}"; do
		name=${each#?:}
		name=${name%[=?]}
		if [ "$name" = "$1" ]; then
			row=$each
			return
		fi
		[[ $name != "$1"* ]] || found+=("$each")
	done
	case ${#found[@]} in
	0) return 1 ;;
	1) row=${found[0]} ;;
	*) refuse "option '--$1' is ambiguous" ;;
	esac
}

# take_long WORD [NEXT]: a word that begins with two dashes. Sets taken to the number of words it used.
take_long() {
	local row='' name=${1#--} full
	name=${name%%=*}
	find_long "$name" || refuse "unrecognized option '$1'"
	full=${row#?:}
	full=${full%[=?]}
	taken=1
	case $row in
	*=)
		if [[ $1 == *=* ]]; then
			OPTION[$full]=${1#*=}
		else
			[ $# -gt 1 ] || refuse "option '--$full' requires an argument"
			OPTION[$full]=$2
			taken=2
		fi
		;;
	*'?') OPTION[$full]=$([[ $1 == *=* ]] && printf '%s' "${1#*=}" || echo yes) ;;
	*)
		[[ $1 != *=* ]] || refuse "option '--$full' doesn't allow an argument"
		OPTION[$full]=yes
		;;
	esac
}

# take_letters WORD [NEXT]: "-lN2" is "-l -N 2".
take_letters() {
	local word=$1 letters=${1#-} letter row each
	taken=1
	while [ -n "$letters" ]; do
		letter=${letters:0:1}
		letters=${letters:1}
		row=''
		for each in "${rows[@]}"; do
			[[ $each != "$letter":* ]] || row=${each#?:}
		done
		case $row in
		'') refuse "invalid option -- '$letter'" ;;
		*=)
			if [ -z "$letters" ]; then
				[ $# -gt 1 ] || refuse "option requires an argument -- '$letter'"
				letters=$2
				taken=2
			fi
			OPTION[${row%=}]=$letters
			return
			;;
		*'?')
			OPTION[${row%'?'}]=${letters:-yes}
			return
			;;
		*) OPTION["$row"]=yes ;;
		esac
	done
}

read_strictly() {
	local taken rows
	read -r -d '' -a rows <<<"${OPTIONS:?}" || :
	REST=()
	while [ $# -gt 0 ]; do
		case $1 in
		--) REST+=("${@:2}") && return ;;
		--*) take_long "$@" ;;
		-?*) take_letters "$@" ;;
		*)
			if [ $mixed = no ]; then
				REST=("$@")
				return
			fi
			REST+=("$1")
			taken=1
			;;
		esac
		shift "$taken"
	done
}

# number_options NAME...: a value that is no positive number is refused.
number_options() {
	local name
	for name; do
		[ -n "${OPTION[$name]+set}" ] || continue
		[[ ${OPTION[$name]} =~ ^0*[1-9][0-9]*$ ]] ||
			complain 1 "Invalid numeric value \"${OPTION[$name]}\" for --$name."
	done
}

# value_like NAME ERE STATUS TEXT: a value of another form is refused.
value_like() {
	[ -z "${OPTION[$1]+set}" ] || [[ ${OPTION[$1]} =~ ^($2)$ ]] || complain "$3" "$4"
}
