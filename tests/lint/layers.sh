#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# layers.sh [ROOT]: fails when an include breaks the layer table of docs/architecture.md. Prints one
# line per wrong include.
set -euo pipefail

cd "${1:-$(dirname "$0")/../..}"

# layer: the layers it may include besides itself. tests may include everything, and nobody tests.
declare -A may=(
	[ir]=''
	[frontend]='ir'
	[passes]='ir'
	[backends]='ir'
	[runtime]=''
	[driver]='ir frontend passes backends runtime'
	[tests]='ir frontend passes backends runtime driver'
)

# The parts of ir/, and which others each may include; top: its own files, generated ones among them.
declare -A inside=(
	[support]=''
	[facts]='top'
	[diag]='support facts text top'
	[grammar]='support top'
	[text]='support facts top'
	[top]='support diag'
)

part_of() { # part_of FILE: of ir/
	local rest=${1#ir/}
	[[ $rest == */* ]] && echo "${rest%%/*}" || echo top
}

# runtime never allocates, so of ir/support it may see headers that know no arena, by themselves or
# through another header of ours; and the literals that are made of ir/facts/files.m4.
is_leaf() {
	local inner
	[ "$1" != ir/files.gen.h ] || return 0
	[[ $1 == ir/support/*.h ]] && [ "$1" != ir/support/arena.h ] && [ -e "$1" ] || return 1
	while read -r inner; do
		is_leaf "$inner" || return 1
	done < <(sed -n 's/^[[:blank:]]*#[[:blank:]]*include "\(.*\)".*/\1/p' "$1")
}

allowed() {
	local from=$1 header=$2 to=${2%%/*} part other
	if [ "$from" = ir ] && [ "$to" = ir ]; then
		part=$(part_of "$3") other=$(part_of "$header")
		[ "$part" = "$other" ] || [[ " ${inside[$part]} " == *" $other "* ]]
		return
	fi
	[ "$from" != "$to" ] || return 0
	[[ " ${may[$from]} " != *" $to "* ]] || return 0
	[ "$from" = runtime ] && is_leaf "$header"
}

wrong=0
seen=0
while IFS=: read -r file line text; do
	layer=${file%%/*}
	header=${text#*\"}
	header=${header%%\"*}
	seen=$((seen + 1))
	if [[ $header != */* || $header == ..* || $header == ./* ]]; then
		echo "$file:$line: include \"$header\" is not rooted at the top folder"
		wrong=$((wrong + 1))
	elif [ -z "${may[${header%%/*}]+set}" ]; then
		echo "$file:$line: include \"$header\" names no layer"
		wrong=$((wrong + 1))
	elif ! allowed "$layer" "$header" "$file"; then
		echo "$file:$line: ${file%/*}/ may not include \"$header\""
		wrong=$((wrong + 1))
	fi
done < <(for layer in "${!may[@]}"; do
	[ ! -d "$layer" ] || grep -rnHE '^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"' "$layer" \
		--include='*.[chly]' --include='*.m4' || :
done | sort)

echo "$seen includes, $wrong wrong"
[ $wrong = 0 ]
