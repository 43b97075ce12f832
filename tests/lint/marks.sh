#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# marks.sh [ROOT]: no file holds an unfinished mark, a path of somebody's machine, or the name of a
# package registry's host. Prints the lines that do.
. "$(dirname "$0")/lib.bash"
cd "${1:-$(dirname "$0")/../..}"

# Each rule: a name, and an extended regular expression, written so that it does not match itself.
rules=(
	'unfinished mark' '\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b|not[ ]implemented|unimplement[e]d|for[ ]now\b'
	'path of a machine' '(^|[^[:alnum:]_.~}$-])/(wor[k]|far[m])/|\.\./share[d]|/home/[a-z]+/(src|git|code)\b'
	'package registry' '\b(pypi\.[o]rg|registry\.npmj[s]|crates\.[i]o|deb\.debia[n]\.org|archive\.ubunt[u])'
)

mapfile -d '' -t files < <(our_files)
status=0
for ((i = 0; i < ${#rules[@]}; i += 2)); do
	if found=$(grep -nHIE -- "${rules[i + 1]}" "${files[@]}" 2>/dev/null); then
		printf '%s:\n%s\n' "${rules[i]}" "$found"
		status=1
	fi
done
echo "${#files[@]} files"
exit $status
