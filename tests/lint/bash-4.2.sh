#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bash-4.2.sh [ROOT]: no script that hpcc wrote uses what bash 4.2 lacks, which some clusters still
# have, or what later versions take differently. Looks at the goldens; prints the lines that do.
. "$(dirname "$0")/lib.bash"
cd "${1:-$(dirname "$0")/../..}"

# What it is and since when, and an extended regular expression.
rules=(
	'wait -n (4.3)' '\bwait +(-[a-z]* +)*-[a-z]*[npf]'
	'name references (4.3)' '\b(declare|local|typeset) +-[A-Za-z]*n'
	'index below zero of an array that is written (4.3)' '[A-Za-z_]\[ *-[0-9]+\]\+?='
	'-v of an element (4.3)' '(\[|\btest) +-v +[^] ]*\['
	'empty array under set -u (an error before 4.4)' '\$\{[A-Za-z_][A-Za-z_0-9]*\[[@*]\]\}'
	'expansion operator @ (4.4)' '\$\{[^}]*[]A-Za-z_0-9]@[A-Za-z]\}'
	'mapfile -d (4.4)' '\b(mapfile|readarray) +(-[a-z]* +)*-[a-z]*d'
	'local - (4.4)' '\blocal +-( |;|$)'
	'shell option of a later version (4.3 to 5.3)'
	'\bshopt .*(globasciiranges|inherit_errexit|localvar_|assoc_expand|array_expand|progcomp_alias|patsub_|varredir_|noexpand_|bash_source_fullpath)'
	'variable of a later version (5.0 to 5.3)'
	'\b(EPOCHSECONDS|EPOCHREALTIME|BASH_ARGV0|SRANDOM|BASH_MONOSECONDS|BASH_TRAPSIG|GLOBSORT|BASH_LOADABLES_PATH)\b'
	'command substitution without a process (5.3)' '\$\{[ |]'
	'& in a replacement (the match itself since 5.2)' '\$\{[A-Za-z_][^}]*/[^}]*/[^}]*&'
	'time without an argument (4.3)' 'printf .*%\([^)]*\)T.?$'
)

mapfile -d '' -t files < <(our_files | grep -zE '^(\./)?tests/cases/[^/]*/[^/]*\.sh$')
[ ${#files[@]} -gt 0 ] || { echo 'no golden scripts' && exit 1; }
status=0
for ((i = 0; i < ${#rules[@]}; i += 2)); do
	if found=$(grep -nHE -- "${rules[i + 1]}" "${files[@]}"); then
		printf '%s:\n%s\n' "${rules[i]}" "$found"
		status=1
	fi
done
echo "${#files[@]} scripts"
exit $status
